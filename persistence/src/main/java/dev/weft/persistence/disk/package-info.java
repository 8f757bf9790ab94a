/** The disk as the store sees it: a flat folder of files that may be full, slow or failing. */
@NullMarked
package dev.weft.persistence.disk;

import org.jspecify.annotations.NullMarked;
