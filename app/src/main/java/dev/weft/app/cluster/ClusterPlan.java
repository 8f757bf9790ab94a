package dev.weft.app.cluster;

import dev.weft.fabric.manifest.NodeManifest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Which nodes of which sites run on this machine, and on which ports. The first site is a region,
 * the others are edges.
 *
 * @param nodes by site
 * @param journals port of the journal of each site with several nodes
 * @param database keeps the journals; empty for {@code weft db serve}
 * @param recording what becomes of the nodes' frames; empty if they are not recorded
 * @param served by site, what its nodes serve that do not serve what all others do
 * @param isLinked whether each site is a cluster of its own, the edges linked to the region
 */
public record ClusterPlan(
    List<PlannedNode> nodes,
    Map<String, Integer> journals,
    Optional<Postgres> database,
    Optional<Recording> recording,
    Map<String, Path> served,
    boolean isLinked) {

  static final int SITES_MAX = 20;
  static final int NODES_MAX = 5;

  private static final int PORTS_OF_A_NODE = 3;

  /**
   * Each node has an edge buffer.
   *
   * @param to where its outbox sends to; empty for nowhere
   */
  public record Recording(Optional<String> to) {}

  public ClusterPlan {
    nodes = List.copyOf(nodes);
    journals = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(journals));
    served = Map.copyOf(served);
  }

  /**
   * So many sites of so many nodes, on free ports.
   *
   * @throws IllegalArgumentException naming a number out of its bounds
   */
  public static ClusterPlan of(int sites, int nodesOfASite) throws IOException {
    require("--sites", sites, SITES_MAX);
    require("--nodes", nodesOfASite, NODES_MAX);
    var ports = free(sites * (nodesOfASite * PORTS_OF_A_NODE + 1));
    var nodes = new ArrayList<PlannedNode>();
    var journals = new LinkedHashMap<String, Integer>();
    for (var site = 0; site < sites; site++) {
      var name = site == 0 ? "region" : "site-" + site;
      var role = site == 0 ? NodeManifest.Role.REGION : NodeManifest.Role.EDGE;
      for (var node = 0; node < nodesOfASite; node++) {
        var at = new PlannedNode.Ports(ports.removeFirst(), ports.removeFirst());
        nodes.add(
            new PlannedNode(
                name, String.valueOf((char) ('a' + node)), role, at, at, ports.removeFirst()));
      }
      var journal = ports.removeFirst();
      if (nodesOfASite > 1) {
        journals.put(name, journal);
      }
    }
    return new ClusterPlan(nodes, journals, Optional.empty(), Optional.empty(), Map.of(), false);
  }

  /** The same plan with changed nodes. */
  public ClusterPlan with(UnaryOperator<PlannedNode> change) {
    return new ClusterPlan(
        nodes.stream().map(change).toList(), journals, database, recording, served, isLinked);
  }

  /** The same plan with journals that PostgreSQL keeps. */
  public ClusterPlan on(Postgres other) {
    return new ClusterPlan(nodes, journals, Optional.of(other), recording, served, isLinked);
  }

  /** The same plan with recorded frames. */
  public ClusterPlan recorded(Recording wanted) {
    return new ClusterPlan(nodes, journals, database, Optional.of(wanted), served, isLinked);
  }

  /** The same plan with each site a cluster of its own, the edges linked to the region. */
  public ClusterPlan linked() {
    return new ClusterPlan(nodes, journals, database, recording, served, true);
  }

  /**
   * The same plan with sites that serve something else than the others.
   *
   * @param elsewhere what, by site
   * @throws IllegalArgumentException naming a site that is not in it
   */
  public ClusterPlan serving(Map<String, Path> elsewhere) {
    var sites = nodes.stream().map(PlannedNode::site).distinct().toList();
    for (var site : elsewhere.keySet()) {
      if (!sites.contains(site)) {
        throw new IllegalArgumentException(
            "site: '%s' (expected: one of %s)".formatted(site, String.join(", ", sites)));
      }
    }
    return new ClusterPlan(nodes, journals, database, recording, elsewhere, isLinked);
  }

  private static void require(String option, int value, int max) {
    if (value < 1 || value > max) {
      throw new IllegalArgumentException(
          "%s: %d (expected: 1 to %d)".formatted(option, value, max));
    }
  }

  /** All at once, so that none is given twice. */
  private static ArrayDeque<Integer> free(int count) throws IOException {
    var sockets = new ArrayList<ServerSocket>();
    try {
      var ports = new ArrayDeque<Integer>();
      for (var i = 0; i < count; i++) {
        var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        sockets.add(socket);
        ports.add(socket.getLocalPort());
      }
      return ports;
    } finally {
      for (var socket : sockets) {
        socket.close();
      }
    }
  }

  /**
   * Actor systems that a node joins by: the first of each site, the region's before the others, the
   * same for all; then those of its own site, which it finds also while the others are away. Only
   * these where each site is a cluster of its own.
   */
  List<String> seeds(PlannedNode joining) {
    return Stream.concat(
            nodes.stream().filter(node -> node.name().equals("a") && !isLinked),
            nodes.stream().filter(node -> node.site().equals(joining.site())))
        .map(node -> "127.0.0.1:" + node.reached().actors())
        .distinct()
        .toList();
  }

  /** Data links of the region's nodes for a node that is linked to them; empty for any other. */
  List<String> region(PlannedNode linking) {
    return isLinked && linking.role() == NodeManifest.Role.EDGE
        ? nodes.stream()
            .filter(node -> node.role() == NodeManifest.Role.REGION)
            .map(node -> "127.0.0.1:" + node.reached().link())
            .toList()
        : List.of();
  }
}
