/** Typed, shaped, off-heap arrays that are leased and handed on by reference. */
@NullMarked
package dev.weft.stages.tensor;

import org.jspecify.annotations.NullMarked;
