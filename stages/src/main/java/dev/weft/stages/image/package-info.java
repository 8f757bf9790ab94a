/** Stages on pictures and on the text in them: decode, resize, normalise, find and cut lines. */
@NullMarked
package dev.weft.stages.image;

import org.jspecify.annotations.NullMarked;
