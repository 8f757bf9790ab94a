package dev.weft.fabric.manifest;

import java.util.List;
import java.util.Optional;

/**
 * How a node belongs to a cluster.
 *
 * @param actors where its actor system listens, {@code host:port}, as other nodes reach it
 * @param link where it takes frames of other nodes, {@code host:port}
 * @param seeds actor systems that it joins by, {@code host:port}; its own among them where it may
 *     be the first
 * @param discovery service in DNS whose targets are joined by, too, such as {@code
 *     _actors._tcp.weft.example.org}
 * @param linked data links of nodes of a region, {@code host:port}, which is another cluster; empty
 *     for a node that is in one cluster with its region
 * @param certificates folder with the node's certificate, key and trust; empty for none, which
 *     loopback allows
 */
public record Membership(
    String actors,
    String link,
    List<String> seeds,
    Optional<String> discovery,
    List<String> linked,
    Optional<String> certificates) {

  public Membership {
    seeds = List.copyOf(seeds);
    linked = List.copyOf(linked);
  }

  /** In one cluster with its region. */
  public Membership(
      String actors,
      String link,
      List<String> seeds,
      Optional<String> discovery,
      Optional<String> certificates) {
    this(actors, link, seeds, discovery, List.of(), certificates);
  }

  /** The same in a cluster of its site, linked to a region's. */
  public Membership linkedTo(List<String> region) {
    return new Membership(actors, link, seeds, discovery, region, certificates);
  }

  /** The same at another host, on the same ports. */
  public Membership at(String host) {
    return new Membership(
        host + actors.substring(actors.lastIndexOf(':')),
        host + link.substring(link.lastIndexOf(':')),
        seeds,
        discovery,
        linked,
        certificates);
  }
}
