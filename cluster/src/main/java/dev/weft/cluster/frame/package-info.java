/**
 * Frames of sessions, run where their session lives: {@link dev.weft.cluster.frame.SessionWay}
 * sends them over the data link, {@link dev.weft.cluster.frame.FrameDesk} runs what comes from
 * other nodes.
 */
@NullMarked
package dev.weft.cluster.frame;

import org.jspecify.annotations.NullMarked;
