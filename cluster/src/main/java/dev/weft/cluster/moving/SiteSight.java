package dev.weft.cluster.moving;

import dev.weft.cluster.fact.NodeFacts;
import dev.weft.cluster.route.Labels;
import dev.weft.cluster.site.SiteName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What is known of one site now. A session that goes to a site may come to live on any of its
 * nodes, so what keeps it off one keeps it off the site.
 *
 * @param nodes that are reached and told of themselves of late
 * @param unheard members beside these
 */
public record SiteSight(SiteName site, List<NodeFacts> nodes, int unheard) {

  /**
   * A member of the cluster that is up.
   *
   * @param address of its actor system
   */
  public record Member(SiteName site, String address, boolean isReached) {}

  public SiteSight {
    nodes = List.copyOf(nodes);
  }

  /**
   * Of each site that has members.
   *
   * @param facts of nodes that told of themselves of late, and no others
   */
  public static List<SiteSight> of(List<NodeFacts> facts, List<Member> members) {
    var told = new HashMap<Map.Entry<SiteName, String>, NodeFacts>();
    // Of a process that was started anew under another name, the later counts.
    facts.stream()
        .sorted(Comparator.comparingLong(NodeFacts::process))
        .forEach(node -> told.put(Map.entry(node.site(), node.address()), node));
    var heard = new TreeMap<SiteName, List<NodeFacts>>();
    var unheard = new TreeMap<SiteName, Integer>();
    for (var member : members) {
      var nodes = heard.computeIfAbsent(member.site(), _ -> new ArrayList<>());
      var key = Map.entry(member.site(), member.address());
      var node = member.isReached() ? told.get(key) : null;
      if (node == null) {
        unheard.merge(member.site(), 1, Integer::sum);
      } else {
        nodes.add(node);
      }
    }
    return heard.entrySet().stream()
        .map(each -> new SiteSight(each.getKey(), each.getValue(), count(unheard, each.getKey())))
        .toList();
  }

  private static int count(Map<SiteName, Integer> unheard, SiteName site) {
    return unheard.getOrDefault(site, 0);
  }

  /** Whether a node of it says that its sessions are to go. */
  public boolean isDraining() {
    return nodes.stream().anyMatch(node -> node.state().isDraining());
  }

  /** Its nodes that take frames. */
  List<NodeFacts> ready() {
    return nodes.stream().filter(node -> node.state().isReady()).toList();
  }

  /** Why no session can go there now; empty if some can. */
  Optional<String> closed() {
    if (nodes.isEmpty()) {
      return Optional.of(
          "site '%s': nothing is heard of its nodes (expected: of all)".formatted(site));
    }
    if (unheard > 0) {
      return Optional.of(
          "site '%s': nothing is heard of %d of its %d nodes (expected: of all)"
              .formatted(site, unheard, unheard + nodes.size()));
    }
    if (isDraining()) {
      return Optional.of(
          "site '%s': it is drained itself (expected: one that takes sessions)".formatted(site));
    }
    return ready().isEmpty()
        ? Optional.of("site '%s': none of its nodes takes frames (expected: one)".formatted(site))
        : Optional.empty();
  }

  /** What of these labels keeps a session off the site, in words; empty if nothing does. */
  Optional<String> against(Labels labels) {
    for (var node : nodes) {
      var label = labels.against(node.zones(), false);
      if (label.isPresent()) {
        return Optional.of(
            "residency: %s allows %s (expected: all nodes of site '%s' there; node %s lies in %s)"
                .formatted(
                    label.get().who(),
                    label.get().residency(),
                    site,
                    node.id(),
                    node.zones().isEmpty() ? "no zone" : String.join(", ", node.zones())));
      }
    }
    return Optional.empty();
  }

  /** The highest load of a node that takes frames. */
  double load() {
    return ready().stream().mapToDouble(node -> node.state().load()).max().orElse(0);
  }

  /** The highest price of a node that takes frames, in millionths; empty unless all tell one. */
  Optional<Long> price() {
    var prices =
        ready().stream().flatMapToLong(node -> node.state().price().stream()).boxed().toList();
    return prices.isEmpty() || prices.size() < ready().size()
        ? Optional.empty()
        : prices.stream().max(Long::compare);
  }
}
