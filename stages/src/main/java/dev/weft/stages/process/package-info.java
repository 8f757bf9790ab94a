/**
 * Stages in a process of their own, so that what crashes there costs one frame. The way in is
 * {@link dev.weft.stages.process.ProcessStages}.
 */
@NullMarked
package dev.weft.stages.process;

import org.jspecify.annotations.NullMarked;
