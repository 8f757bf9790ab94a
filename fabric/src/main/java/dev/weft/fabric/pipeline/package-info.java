/** Compiled pipelines and the frames that run through them. */
@NullMarked
package dev.weft.fabric.pipeline;

import org.jspecify.annotations.NullMarked;
