/** What happens to nodes, by name. */
@NullMarked
package dev.weft.sim.scenario;

import org.jspecify.annotations.NullMarked;
