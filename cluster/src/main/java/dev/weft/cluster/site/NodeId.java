package dev.weft.cluster.site;

import java.util.Comparator;

/** Which node of which site, whatever process runs there; written {@code site/name}. */
public record NodeId(SiteName site, String name) implements Comparable<NodeId> {

  private static final Comparator<NodeId> ORDER =
      Comparator.comparing(NodeId::site).thenComparing(NodeId::name);

  @Override
  public int compareTo(NodeId other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return site + "/" + name;
  }
}
