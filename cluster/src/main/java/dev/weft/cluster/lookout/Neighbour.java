package dev.weft.cluster.lookout;

import dev.weft.link.identity.Address;

/**
 * A process of another node of the site.
 *
 * @param actors where its actor system listens
 * @param uid of that, different in each life of the process
 * @param link where its data link listens
 */
record Neighbour(Address actors, long uid, Address link) {}
