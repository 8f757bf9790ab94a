package dev.weft.cluster.linked;

import dev.weft.cluster.fact.FactBook;
import dev.weft.cluster.fact.FactsActor;
import dev.weft.cluster.fact.NodeFacts;
import dev.weft.cluster.site.NodeId;
import dev.weft.cluster.site.SiteName;
import dev.weft.cluster.site.SiteSettings;
import dev.weft.fabric.manifest.NodeManifest.Role;
import dev.weft.fabric.session.Sessions;
import dev.weft.link.exchange.Answer;
import dev.weft.link.exchange.Handler;
import dev.weft.link.exchange.Peers;
import dev.weft.link.exchange.Reason;
import dev.weft.link.exchange.Request;
import dev.weft.link.identity.Address;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What a node has to do with other clusters: a linked site's tells its region and asks that; a
 * region's hears linked sites where it accepts any. Any other node has nothing to do with them.
 * Threadsafe.
 */
public final class LinkedSites implements FactsActor.Beyond {

  private final NodeId here;
  private final LinkedSettings settings;
  private final FactBook facts;
  private final Peers peers;
  private final Supplier<Map<SiteName, Set<String>>> members;
  private final Duration interval;
  private final boolean isCertified;
  private final LongSupplier nanos;
  private final Optional<RegionCaller> caller;
  private volatile Consumer<NodeFacts> heard = _ -> {};

  /**
   * @param site this one, and how often it tells
   * @param peers stays the caller's
   * @param members of this cluster that are up, by site: addresses of their actor systems
   * @param isCertified whether peers show certificates
   * @param nanos monotonic time
   */
  public LinkedSites(
      SiteSettings site,
      LinkedSettings settings,
      FactBook facts,
      Peers peers,
      Supplier<Map<SiteName, Set<String>>> members,
      boolean isCertified,
      LongSupplier nanos) {
    this.here = site.id();
    this.settings = settings;
    this.facts = facts;
    this.peers = peers;
    this.members = members;
    this.interval = site.factInterval();
    this.isCertified = isCertified;
    this.nanos = nanos;
    this.caller =
        settings.to().isEmpty()
            ? Optional.empty()
            : Optional.of(new RegionCaller(settings, facts, members, this::ask, this::hear));
  }

  private CompletableFuture<Answer> ask(Address address, Request request) {
    try {
      return peers.at(address).ask(request);
    } catch (IllegalArgumentException | IllegalStateException e) {
      return CompletableFuture.completedFuture(
          Answer.Refused.before(Reason.UNREACHABLE, String.valueOf(e.getMessage())));
    }
  }

  private void hear(NodeFacts node) {
    heard.accept(node);
  }

  /** Has what nodes of other clusters tell go to {@code others}. */
  public void hearBy(Consumer<NodeFacts> others) {
    heard = others;
  }

  /** By what sessions of other clusters are asked. */
  public SessionLink sessions() {
    return new LinkedSessions(facts, this::ask, settings.sessionTimeout(), isLinked());
  }

  private boolean isLinked() {
    return !settings.to().isEmpty();
  }

  /**
   * Who answers requests, by their kind, where other clusters ask, too.
   *
   * @param others that answer within the cluster
   * @param open kinds of these that are also for nodes of other clusters
   * @param sessions of this node
   */
  public Map<String, Handler> handlers(
      Map<String, Handler> others, Set<String> open, Sessions sessions) {
    var all = new HashMap<>(others);
    if (settings.isOpen()) {
      all.put(
          RelayDesk.KIND,
          new RelayDesk(here.site(), isLinked(), isCertified, this::isRegion, sessions::relay));
    }
    if (!settings.isAccepting()) {
      return all;
    }
    all.put(LinkedDesk.KIND, new LinkedDesk(settings, facts, members, this::hear, interval, nanos));
    var kinds = new HashSet<>(open);
    kinds.addAll(Set.of(RelayDesk.KIND, LinkedDesk.KIND));
    return new LinkedGate(() -> members.get().keySet(), kinds, isCertified).before(all);
  }

  /**
   * Whether a node may have frames run in a session: where linked sites are accepted, one of these
   * only in those that are at home there or here.
   *
   * @param peer the node, by its certificate; one that is called as no node may not, unless there
   *     are no certificates
   */
  public boolean mayAsk(String peer, String session) {
    if (!settings.isAccepting()) {
      return true;
    }
    return NodeId.ofPeer(peer, isCertified)
        .map(node -> mayAsk(node.site(), session))
        .orElse(!isCertified);
  }

  private boolean mayAsk(SiteName site, String session) {
    return members.get().containsKey(site)
        || LinkedRule.against(site, false, session, here.site().text(), here.site()).isEmpty();
  }

  private boolean isRegion(SiteName site) {
    return facts.linked(Optional.of(site)).stream().anyMatch(node -> node.role() == Role.REGION);
  }

  /** Data links that stay open for what is told. */
  public Set<Address> kept() {
    return caller.map(RegionCaller::kept).orElse(Set.of());
  }

  /** Tells other clusters nothing any more, as the node ends. */
  public void close() {
    caller.ifPresent(RegionCaller::close);
  }

  @Override
  public void told(NodeFacts own) {
    caller.ifPresent(asking -> asking.told(own));
  }

  @Override
  public boolean isOpen() {
    return settings.isOpen();
  }
}
