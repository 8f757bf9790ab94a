package dev.weft.cluster.site;

import java.util.Comparator;
import java.util.Optional;

/** Which node of which site, whatever process runs there; written {@code site/name}. */
public record NodeId(SiteName site, String name) implements Comparable<NodeId> {

  private static final Comparator<NodeId> ORDER =
      Comparator.comparing(NodeId::site).thenComparing(NodeId::name);

  /** The node that is written so; empty if that is no site and name. */
  public static Optional<NodeId> find(String text) {
    var slash = text.indexOf('/');
    return slash < 0
        ? Optional.empty()
        : SiteName.find(text.substring(0, slash))
            .map(site -> new NodeId(site, text.substring(slash + 1)));
  }

  @Override
  public int compareTo(NodeId other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return site + "/" + name;
  }
}
