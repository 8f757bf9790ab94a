package dev.weft.link.exchange;

import dev.weft.link.identity.Address;
import dev.weft.link.identity.Security;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** All nodes that one node asks, over one set of threads. Threadsafe. */
public final class Peers implements AutoCloseable {

  private static final int PEERS_MAX = 4_096;

  private final String source;
  private final ExchangeSettings settings;
  private final Security security;
  private final RandomGenerator random;
  private final LinkThreads threads = new LinkThreads("weft-link-peers");
  private final Map<Address, Peer> peers = new HashMap<>();
  private boolean isClosed;

  /**
   * @param source what this node calls itself
   * @param security stays the caller's
   * @param random for this process's incarnation: two lives must never have the same, so a {@link
   *     java.security.SecureRandom}, but for simulations. Threadsafe
   */
  public Peers(
      String source, ExchangeSettings settings, Security security, RandomGenerator random) {
    this.source = source;
    this.settings = settings;
    this.security = security;
    this.random = random;
  }

  /**
   * The node at an address; begins to connect if it is new.
   *
   * @throws IllegalArgumentException if it must not be asked without protection
   * @throws IllegalStateException if this is closed, or there are too many
   */
  public synchronized Peer at(Address address) {
    if (isClosed || peers.size() >= PEERS_MAX) {
      throw new IllegalStateException(
          "peers: %d%s (expected: open, fewer than %d)"
              .formatted(peers.size(), isClosed ? ", closed" : "", PEERS_MAX));
    }
    security.requireAllowed(address.host());
    return peers.computeIfAbsent(
        address, _ -> new Peer(address, source, settings, security, threads, random));
  }

  /** The node at an address, if it was asked for before. */
  public synchronized Optional<Peer> find(Address address) {
    return Optional.ofNullable(peers.get(address));
  }

  /** Those that were asked for. */
  public synchronized List<Peer> all() {
    return List.copyOf(peers.values());
  }

  /** Closes the link to a node that is not to be asked any more. */
  public void leave(Address address) {
    Peer left;
    synchronized (this) {
      left = peers.remove(address);
    }
    if (left != null) {
      left.close();
    }
  }

  @Override
  public void close() {
    List<Peer> open;
    synchronized (this) {
      isClosed = true;
      open = List.copyOf(peers.values());
      peers.clear();
    }
    open.forEach(Peer::close);
    threads.close();
  }
}
