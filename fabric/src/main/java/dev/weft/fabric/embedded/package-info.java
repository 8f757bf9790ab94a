/** Weft inside another program: one object that serves models and pipelines in this JVM. */
@NullMarked
package dev.weft.fabric.embedded;

import org.jspecify.annotations.NullMarked;
