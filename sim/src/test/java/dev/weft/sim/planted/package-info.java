/** Bugs that are planted to see whether the simulator finds them. */
@NullMarked
package dev.weft.sim.planted;

import org.jspecify.annotations.NullMarked;
