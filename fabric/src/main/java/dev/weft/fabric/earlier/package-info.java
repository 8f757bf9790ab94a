/** Answers of a pipeline that are kept to be given once more, marked as stale. */
@NullMarked
package dev.weft.fabric.earlier;

import org.jspecify.annotations.NullMarked;
