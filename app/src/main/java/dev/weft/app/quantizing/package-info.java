/** What {@code weft quantize} does: inputs to calibrate on, the work, and what is told of it. */
@NullMarked
package dev.weft.app.quantizing;

import org.jspecify.annotations.NullMarked;
