/** What is recorded of frames: records, their bytes, files of them, and the recorder. */
@NullMarked
package dev.weft.fabric.trace;

import org.jspecify.annotations.NullMarked;
