package dev.weft.sim.scenario;

import dev.weft.sim.invariant.Findings;
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
  private static final Duration MOVE_EVERY = Duration.ofSeconds(3);

  private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(10);

  private final String name;
  private final SitePlan plan;
  private final int sessions;
  private final Duration trouble;
  private final Duration faultEvery;

  private SitesScenario(
      String name, SitePlan plan, int sessions, Duration trouble, Duration faultEvery) {
    this.name = name;
    this.plan = plan;
    this.sessions = sessions;
    this.trouble = trouble;
    this.faultEvery = faultEvery;
  }

  /** Three sites with three machines each. */
  static SitesScenario three() {
    return three(Duration.ofSeconds(60));
  }

  /** With another time of trouble. */
  static SitesScenario three(Duration trouble) {
    return new SitesScenario("sites", SitePlan.of(3, 3), 4, trouble, Duration.ofSeconds(7));
  }

  /** A region with three machines, and fifty sites with one each. */
  static SitesScenario fifty() {
    return new SitesScenario(
        "edges", SitePlan.region(3, 50), 1, Duration.ofSeconds(60), Duration.ofSeconds(3));
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
    return "%d machines at %d sites, one cluster: cuts, kills, zombies, restarts one by one"
        .formatted(plan.allHosts().size(), plan.sites().size());
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
    private final SiteTrouble faults;
    private final List<Visitor> visitors = new ArrayList<>();
    private final SiteMover mover;

    Run(World world, Findings findings) {
      this.world = world;
      this.findings = findings;
      network = new Network(world, new Network.Weather(0.002, 0, Duration.ofMillis(4)));
      sites = new Sites(world, network, plan, findings);
      faults = new SiteTrouble(world, network, sites, SiteTrouble.Habit.busy(faultEvery));
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
      mover = new SiteMover(world, sites, MOVE_EVERY, () -> moved);
    }

    private Visitor visitor(String session, String home, boolean isHome) {
      var asked = isHome ? plan.hostsOf(home) : plan.allHosts();
      var client =
          new SiteVisitor(world, network, sites, asked, session, Duration.ofMillis(400), findings);
      return new Visitor(client, isHome);
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
      world.pass(ServedAtHome.SETTLED_WITHIN);
      visitors.forEach(visitor -> visitor.client().end());
      world.pass(QUIET);
      sites.checkWhole();
      visitors.forEach(visitor -> visitor.client().checkEnded(ANSWERED_WITHIN));
      var done = visitors.stream().mapToLong(visitor -> visitor.client().done()).sum();
      world.note("%s; clients did %d things; %s".formatted(sites, done, mover));
    }

    private void look() {
      visitors.stream()
          .filter(Visitor::isHome)
          .map(visitor -> ServedAtHome.check(sites, visitor.client(), world.time()))
          .forEach(findings::addAll);
      world.after(LOOK_EVERY, this::look);
    }
  }

  /**
   * A client.
   *
   * @param isHome whether it asks at its session's home only, where that stays
   */
  private record Visitor(SiteVisitor client, boolean isHome) {}
}
