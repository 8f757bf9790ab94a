/**
 * Which node of a site has a shard of its sessions. Decided from values; the actor system's shard
 * coordinator carries it out.
 */
@NullMarked
package dev.weft.cluster.allocation;

import org.jspecify.annotations.NullMarked;
