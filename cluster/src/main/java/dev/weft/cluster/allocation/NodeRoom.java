package dev.weft.cluster.allocation;

import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.manifest.NodeClass;

/**
 * A node as a place for shards.
 *
 * @param isAccepting whether it takes shards: neither draining nor in trouble
 * @param cpuShare busy share of its processors, from 0 to 1; decides between equals
 */
public record NodeRoom(
    String node, SiteName site, NodeClass nodeClass, boolean isAccepting, double cpuShare) {}
