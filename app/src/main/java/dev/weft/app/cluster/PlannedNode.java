package dev.weft.app.cluster;

import dev.weft.fabric.manifest.NodeManifest;

/**
 * A node that is to run on this machine.
 *
 * @param actors port of its actor system
 * @param link port of its data link
 * @param http port it serves on
 */
public record PlannedNode(
    String site, String name, NodeManifest.Role role, int actors, int link, int http) {

  /** Its id over all sites. */
  public String id() {
    return site + "/" + name;
  }
}
