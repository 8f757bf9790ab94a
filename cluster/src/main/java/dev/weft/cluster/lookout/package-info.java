/**
 * Learns at once that a neighbour's process has ended, by its machine, which refuses connections.
 */
@NullMarked
package dev.weft.cluster.lookout;

import org.jspecify.annotations.NullMarked;
