/**
 * Rollouts of a fleet: started in a region, carried out by each node with rollouts of its own, in
 * waves of sites, by commands that are fenced by an epoch.
 */
@NullMarked
package dev.weft.cluster.fleet;

import org.jspecify.annotations.NullMarked;
