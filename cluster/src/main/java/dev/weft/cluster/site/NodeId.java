package dev.weft.cluster.site;

import dev.weft.link.certificate.NodeName;
import dev.weft.link.identity.Address;
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

  /**
   * The node that is called so on a data link. A certificate's name is {@code NODE.SITE} and
   * nothing else: of what ends in a site, no more than that end was checked.
   *
   * @param isCertified whether the name is that of a certificate; if not, it is what the peer calls
   *     itself, which may be its id
   */
  public static Optional<NodeId> ofPeer(String peer, boolean isCertified) {
    return isCertified ? certified(peer) : called(peer);
  }

  private static Optional<NodeId> certified(String peer) {
    var dot = peer.indexOf('.');
    if (dot < 0) {
      return Optional.empty();
    }
    try {
      var name = new NodeName(peer.substring(0, dot), peer.substring(dot + 1));
      return Optional.of(new NodeId(new SiteName(name.site()), name.node()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<NodeId> called(String peer) {
    var dot = peer.indexOf('.');
    return find(peer)
        .or(
            () ->
                dot < 0
                    ? Optional.empty()
                    : SiteName.find(peer.substring(dot + 1))
                        .map(site -> new NodeId(site, peer.substring(0, dot))));
  }

  /**
   * What its certificate calls it.
   *
   * @throws IllegalArgumentException if none can call it so
   */
  public String certified() {
    return new NodeName(name, site.text()).toString();
  }

  /**
   * Where its data link is: whoever is there must have its certificate, whichever address that is.
   *
   * @param link {@code HOST:PORT}
   * @throws IllegalArgumentException if it is not that
   */
  public Address at(String link) {
    return Address.of(link).named(certified());
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
