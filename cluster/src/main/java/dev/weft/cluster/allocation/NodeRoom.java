package dev.weft.cluster.allocation;

import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.manifest.NodeClass;
import java.util.OptionalDouble;

/**
 * A node as a place for shards.
 *
 * @param isAccepting whether it takes shards: neither draining nor in trouble
 * @param cpuShare busy share of its processors, from 0 to 1; decides between equals
 */
public record NodeRoom(
    String node, SiteName site, NodeClass nodeClass, boolean isAccepting, double cpuShare) {

  /**
   * A node as it told of itself. One whose machine does not tell how busy its processors are counts
   * as being as busy as its loops, so that it draws no more shards than it can serve.
   *
   * @param cpu busy share of its processors, from 0 to 1, if it is known
   * @param load frames inside, of those that it can run at once; at least 0
   */
  public static NodeRoom of(
      String node,
      SiteName site,
      NodeClass nodeClass,
      boolean isAccepting,
      OptionalDouble cpu,
      double load) {
    return new NodeRoom(node, site, nodeClass, isAccepting, cpu.orElse(Math.min(load, 1)));
  }
}
