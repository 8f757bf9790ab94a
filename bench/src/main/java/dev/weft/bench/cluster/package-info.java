/** Clusters of real processes on this machine, and frames of sessions for them. */
@NullMarked
package dev.weft.bench.cluster;

import org.jspecify.annotations.NullMarked;
