/** A node of a cluster: what of its manifest its settings follow from, and its parts together. */
@NullMarked
package dev.weft.cluster.node;

import org.jspecify.annotations.NullMarked;
