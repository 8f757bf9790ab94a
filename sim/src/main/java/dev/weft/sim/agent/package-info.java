/** How Akka's own classes come to ask a world for the time. */
@NullMarked
package dev.weft.sim.agent;

import org.jspecify.annotations.NullMarked;
