package dev.weft.gateway.observatory;

import java.util.Map;

/** What this node sees of its cluster, as operators ask of it. Threadsafe. */
@FunctionalInterface
public interface ClusterDesk {

  /** Its members, nodes and frames now: an object that can be written as JSON. */
  Map<String, Object> cluster();
}
