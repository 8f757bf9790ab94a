package dev.weft.sim.scenario;

import dev.weft.sim.invariant.Findings;
import dev.weft.sim.invariant.IslandsServe;
import dev.weft.sim.node.SiteMover;
import dev.weft.sim.node.SitePlan;
import dev.weft.sim.node.SiteVisitor;
import dev.weft.sim.node.Sites;
import dev.weft.sim.world.Network;
import dev.weft.sim.world.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Sites of a cluster, and clients of sessions that are at home in one of them. Some clients are at
 * their session's home and ask there; some ask anywhere, of sessions that move between sites. Links
 * between sites and inside them are cut, one way or both, come and go and are slow; processes are
 * killed, stand still and are restarted one by one, or all while their site is cut off; clocks
 * drift. Then calm, in which all find together again.
 */
final class SitesScenario implements Scenario {

  private static final Duration FORMED_WITHIN = Duration.ofSeconds(60);
  private static final Duration TOGETHER_WITHIN = Duration.ofSeconds(180);
  private static final Duration QUIET = Duration.ofSeconds(10);
  private static final Duration LOOK_EVERY = Duration.ofMillis(500);

  /**
   * After processes of a site were lost or came: until its shards are with those that are left, who
   * may have to begin a cluster first.
   */
  private static final Duration SETTLED_WITHIN = Duration.ofSeconds(30);

  private static final Duration ISLAND_ANSWERS_WITHIN = Duration.ofSeconds(10);
  private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(10);

  private static final String ALL_KINDS = "cuts, kills, zombies, restarts one by one";

  private final String name;
  private final String what;
  private final SitePlan plan;
  private final int sessions;
  private final Duration trouble;
  private final Kind kind;

  /** What goes wrong. */
  private interface Kind {
    Trouble of(World world, Network network, Sites sites);
  }

  private SitesScenario(
      String name, String what, SitePlan plan, int sessions, Duration trouble, Kind kind) {
    this.name = name;
    this.what = what;
    this.plan = plan;
    this.sessions = sessions;
    this.trouble = trouble;
    this.kind = kind;
  }

  private static Kind every(Duration pause) {
    return (world, network, sites) -> new SiteTrouble(world, network, sites, pause);
  }

  /** Three sites with three machines each. */
  static SitesScenario three() {
    return three(Duration.ofSeconds(60));
  }

  /** With another time of trouble. */
  static SitesScenario three(Duration trouble) {
    return new SitesScenario(
        "sites", ALL_KINDS, SitePlan.of(3, 3), 4, trouble, every(Duration.ofSeconds(7)));
  }

  /** A region with three machines, and fifty sites with one each. */
  static SitesScenario fifty() {
    return new SitesScenario(
        "edges",
        ALL_KINDS,
        SitePlan.region(3, 50),
        1,
        Duration.ofSeconds(60),
        every(Duration.ofSeconds(3)));
  }

  /** A region with three machines, and three sites with one each, which are away by turns. */
  static SitesScenario islands() {
    return new SitesScenario(
        "islands",
        "sites restarted while others are away, nodes that only others reach",
        SitePlan.region(3, 3),
        2,
        Duration.ofSeconds(240),
        (world, network, sites) -> {
          sites.holdMajorities();
          return new IslandTrouble(world, network, sites);
        });
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean isLong() {
    return true;
  }

  @Override
  public String summary() {
    return "%d machines at %d sites, one cluster: %s"
        .formatted(plan.allHosts().size(), plan.sites().size(), what);
  }

  @Override
  public void run(World world, Findings findings) {
    new Run(world, findings).run();
  }

  private final class Run {

    private final World world;
    private final Findings findings;
    private final Network network;
    private final Sites sites;
    private final Trouble faults;
    private final List<Visitor> visitors = new ArrayList<>();
    private final SiteMover mover;

    Run(World world, Findings findings) {
      this.world = world;
      this.findings = findings;
      network = new Network(world, new Network.Weather(0.002, 0, Duration.ofMillis(4)));
      sites = new Sites(world, network, plan, findings);
      faults = kind.of(world, network, sites);
      for (var site : plan.sites()) {
        for (var i = 0; i < sessions; i++) {
          visitors.add(visitor(SitePlan.session(site, i), site, i % 2 == 0));
        }
      }
      var moved =
          visitors.stream()
              .filter(visitor -> !visitor.isHome())
              .map(visitor -> visitor.client().session())
              .toList();
      mover = new SiteMover(world, sites, moved);
    }

    private Visitor visitor(String session, String home, boolean isHome) {
      var asked = isHome ? plan.hostsOf(home) : plan.allHosts();
      var client =
          new SiteVisitor(world, network, sites, asked, session, Duration.ofMillis(400), findings);
      return new Visitor(client, home, isHome);
    }

    void run() {
      sites.start();
      if (!world.passUntil(sites::isWhole, FORMED_WITHIN)) {
        sites.checkWhole();
        return;
      }
      world.note("all are up");
      visitors.forEach(visitor -> visitor.client().start());
      look();
      mover.start();
      faults.start();
      world.pass(trouble);
      faults.end();
      mover.calm();
      world.passUntil(sites::isWhole, TOGETHER_WITHIN);
      sites.checkWhole();
      world.note("all are together again");
      world.pass(SETTLED_WITHIN);
      visitors.forEach(visitor -> visitor.client().end());
      world.pass(QUIET);
      sites.checkWhole();
      visitors.forEach(visitor -> visitor.client().checkEnded(ANSWERED_WITHIN));
      var done = visitors.stream().mapToLong(visitor -> visitor.client().done()).sum();
      world.note("%s; clients did %d things; %s".formatted(sites, done, mover));
    }

    private void look() {
      visitors.stream().filter(Visitor::isHome).forEach(this::checkServed);
      world.after(LOOK_EVERY, this::look);
    }

    private void checkServed(Visitor visitor) {
      var serves = sites.servesSince(visitor.home());
      var waiting = visitor.client().waiting();
      if (serves.isEmpty() || waiting.isEmpty()) {
        return;
      }
      var settled = serves.get().plus(SETTLED_WITHIN);
      var since = waiting.get().since().compareTo(settled) > 0 ? waiting.get().since() : settled;
      findings.addAll(
          IslandsServe.check(
              visitor.home(),
              "%s to %s".formatted(visitor.client().session(), waiting.get().what()),
              world.time().minus(since),
              ISLAND_ANSWERS_WITHIN));
    }
  }

  /**
   * A client.
   *
   * @param isHome whether it asks at its session's home only, where that stays
   */
  private record Visitor(SiteVisitor client, String home, boolean isHome) {}
}
