/** Akka's own connections between nodes, over TLS. */
@NullMarked
package dev.weft.cluster.artery;

import org.jspecify.annotations.NullMarked;
