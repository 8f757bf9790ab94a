/** What must hold of a run, one class for each. */
@NullMarked
package dev.weft.sim.invariant;

import org.jspecify.annotations.NullMarked;
