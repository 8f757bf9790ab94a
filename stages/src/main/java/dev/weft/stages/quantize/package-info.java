/** Writes models in smaller number formats, and tells what that gained and cost. */
@NullMarked
package dev.weft.stages.quantize;

import org.jspecify.annotations.NullMarked;
