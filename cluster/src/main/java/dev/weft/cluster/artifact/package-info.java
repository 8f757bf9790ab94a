/**
 * Models that travel: a variant as a region's manifest declares it, and its file, by digest, from
 * the nodes that may hand it out.
 */
@NullMarked
package dev.weft.cluster.artifact;

import org.jspecify.annotations.NullMarked;
