package dev.weft.app.cluster;

import dev.weft.fabric.manifest.NodeManifest;

/**
 * A node that is to run on this machine.
 *
 * @param reached where other nodes reach it
 * @param listens where it listens
 * @param http port it serves on
 */
public record PlannedNode(
    String site, String name, NodeManifest.Role role, Ports reached, Ports listens, int http) {

  /**
   * @param actors of its actor system
   * @param link of its data link
   */
  public record Ports(int actors, int link) {}

  /** The same node, that others reach by something in between. */
  public PlannedNode reachedBy(Ports between) {
    return new PlannedNode(site, name, role, between, listens, http);
  }

  /** Its id over all sites. */
  public String id() {
    return site + "/" + name;
  }
}
