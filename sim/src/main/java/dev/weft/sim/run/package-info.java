/** Runs scenarios by seed and says what came of it. */
@NullMarked
package dev.weft.sim.run;

import org.jspecify.annotations.NullMarked;
