/**
 * Frames of sessions, run where their session lives: {@link dev.weft.cluster.frame.SessionWay}; and
 * of none, by the rule of routes: {@link dev.weft.cluster.frame.RoutedWay}. Both send them over the
 * data link, {@link dev.weft.cluster.frame.FrameDesk} runs what comes from other nodes.
 */
@NullMarked
package dev.weft.cluster.frame;

import org.jspecify.annotations.NullMarked;
