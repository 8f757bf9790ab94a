/** One node of Weft in a world: its data plane, sessions, rollouts and edge buffer. */
@NullMarked
package dev.weft.sim.node;

import org.jspecify.annotations.NullMarked;
