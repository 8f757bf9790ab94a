package dev.weft.sim.node;

import dev.weft.sim.invariant.Findings;
import dev.weft.sim.world.Network;
import dev.weft.sim.world.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Clients of sessions at all sites, at a low and steady rate: each visits, is away for longer than
 * its session stays awake, comes back, and is followed by another one with a session of its own.
 * Every other asks at its session's home only, where that stays; the others ask anywhere.
 */
public final class Clientele {

  /**
   * How often clients come.
   *
   * @param perSite clients at a time
   * @param pauseMean time between two things that one does, on average
   * @param visitMean time for which one stays, on average
   * @param awayMean time between two visits, on average
   * @param visits of a client, after which another one comes
   */
  public record Manner(
      int perSite, Duration pauseMean, Duration visitMean, Duration awayMean, int visits) {}

  private final World world;
  private final Network network;
  private final Sites sites;
  private final Manner manner;
  private final Findings findings;
  private final List<Place> places = new ArrayList<>();
  private final TreeMap<String, Integer> named = new TreeMap<>();
  private boolean isEnding;
  private long sessions;
  private long doneBefore;

  public Clientele(World world, Network network, Sites sites, Manner manner, Findings findings) {
    this.world = world;
    this.network = network;
    this.sites = sites;
    this.manner = manner;
    this.findings = findings;
    for (var site : sites.plan().sites()) {
      for (var i = 0; i < manner.perSite(); i++) {
        places.add(new Place(site, i % 2 == 0));
      }
    }
  }

  /** Has the first ones come, not all at once. */
  public void start() {
    places.forEach(place -> place.comeAfter(manner.visitMean().dividedBy(manner.perSite())));
  }

  /** Has nobody begin anything new. */
  public void end() {
    isEnding = true;
    clients().forEach(SiteVisitor::end);
  }

  /** Who is there or comes again. */
  private List<SiteVisitor> clients() {
    return places.stream().flatMap(place -> place.client.stream()).toList();
  }

  /** Those that ask at their session's home only. */
  public List<SiteVisitor> atHome() {
    return places.stream()
        .filter(place -> place.isHome)
        .flatMap(place -> place.client.stream())
        .toList();
  }

  /** The sessions that may be moved, as their clients follow them. */
  public List<String> movable() {
    return places.stream()
        .filter(place -> !place.isHome)
        .flatMap(place -> place.client.stream())
        .map(SiteVisitor::session)
        .toList();
  }

  /** Checks that nobody waits for longer than {@code most}. */
  public void checkAnswered(Duration most) {
    clients().forEach(client -> client.checkEnded(most));
  }

  /** Things that were done. */
  private long done() {
    return doneBefore + clients().stream().mapToLong(SiteVisitor::done).sum();
  }

  @Override
  public String toString() {
    return "clients of %d sessions did %d things".formatted(sessions, done());
  }

  /** Where one client is at a time. */
  private final class Place {
    private final String home;
    private final boolean isHome;
    private Optional<SiteVisitor> client = Optional.empty();
    private int visits;

    Place(String home, boolean isHome) {
      this.home = home;
      this.isHome = isHome;
    }

    void comeAfter(Duration mean) {
      after(mean, this::come);
    }

    private void after(Duration mean, Runnable then) {
      var time = (long) (mean.toNanos() * world.load().nextExponential());
      world.after(
          Duration.ofNanos(time),
          () -> {
            if (!isEnding) {
              then.run();
            }
          });
    }

    private void come() {
      var waits = client.flatMap(SiteVisitor::waiting).isPresent();
      if (!waits && visits % manner.visits() == 0) {
        client.ifPresent(left -> doneBefore += left.done());
        client = Optional.of(visitor());
      }
      visits++;
      client.ifPresent(SiteVisitor::start);
      after(manner.visitMean(), this::leave);
    }

    private void leave() {
      client.ifPresent(SiteVisitor::end);
      comeAfter(manner.awayMean());
    }

    private SiteVisitor visitor() {
      sessions++;
      var number = named.merge(home, 1, Integer::sum);
      var asked = isHome ? sites.plan().hostsOf(home) : sites.plan().allHosts();
      return new SiteVisitor(
          world,
          network,
          sites,
          asked,
          SitePlan.session(home, number),
          manner.pauseMean(),
          findings);
    }
  }
}
