/** Audio steps: from a WAV file to samples, frames, levels and segments of speech. */
@NullMarked
package dev.weft.stages.audio;

import org.jspecify.annotations.NullMarked;
