/** What manifests mean, in prose. */
@NullMarked
package dev.weft.fabric.explanation;

import org.jspecify.annotations.NullMarked;
