/** What inferences take of the machine's energy, measured or by a stated model. */
@NullMarked
package dev.weft.gateway.energy;

import org.jspecify.annotations.NullMarked;
