package dev.weft.sim.scenario;

import dev.weft.sim.invariant.Findings;
import dev.weft.sim.invariant.Liveness;
import dev.weft.sim.invariant.Violation;
import dev.weft.sim.node.Clientele;
import dev.weft.sim.node.SiteMover;
import dev.weft.sim.node.SitePlan;
import dev.weft.sim.node.Sites;
import dev.weft.sim.world.Network;
import dev.weft.sim.world.World;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Regions of one cluster with many machines each, over a long time: clients come and go, and now
 * and then something goes wrong, between regions or inside one. Each hour ends in a calm, in which
 * everything must come together again and everybody be answered. It ends with the first hour in
 * which something did not hold.
 */
final class RegionsScenario implements Scenario {

  static final Duration DAY = Duration.ofHours(24);
  static final Duration SHORTEST = Duration.ofMinutes(1);
  static final Duration LONGEST = Duration.ofDays(7);

  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration FORMED_WITHIN = Duration.ofMinutes(3);
  private static final Duration TOGETHER_WITHIN = Duration.ofMinutes(3);
  private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(10);

  /** Shortest time between the last trouble and the look at what must be well. */
  private static final Duration CALM_MIN = ServedAtHome.SETTLED_WITHIN.plus(ANSWERED_WITHIN);

  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
  private static final Duration TELL_EVERY = Duration.ofSeconds(10);

  /**
   * What is rare at many machines and must be frequent at few, to happen at all.
   *
   * @param moveEvery time between two moves of sessions
   */
  private record Pace(SiteTrouble.Habit habit, Clientele.Manner manner, Duration moveEvery) {}

  private static final Pace DAILY =
      new Pace(
          SiteTrouble.Habit.daily(Duration.ofMinutes(5), 10),
          new Clientele.Manner(
              8, Duration.ofSeconds(5), Duration.ofMinutes(10), Duration.ofMinutes(3), 4),
          Duration.ofSeconds(30));

  private static final Pace QUICK =
      new Pace(
          SiteTrouble.Habit.busy(Duration.ofSeconds(12)),
          new Clientele.Manner(
              4, Duration.ofMillis(500), Duration.ofSeconds(30), Duration.ofSeconds(25), 2),
          Duration.ofMillis(500));

  private final SitePlan plan;
  private final Duration time;
  private final Pace pace;

  private RegionsScenario(SitePlan plan, Duration time, Pace pace) {
    this.plan = plan;
    this.time = time;
    this.pace = pace;
  }

  /** Three regions with fifty machines each, for a day. */
  static RegionsScenario fifty() {
    return new RegionsScenario(SitePlan.of(3, 50), DAY, DAILY);
  }

  /** Three regions with {@code nodes} machines each, to which more happens. */
  static RegionsScenario few(int nodes, Duration time) {
    return new RegionsScenario(SitePlan.of(3, nodes), time, QUICK);
  }

  @Override
  public String name() {
    return "regions";
  }

  @Override
  public boolean isLong() {
    return true;
  }

  @Override
  public Optional<Duration> time() {
    return Optional.of(time);
  }

  /**
   * @throws IllegalArgumentException if that is shorter than a minute or longer than seven days
   */
  @Override
  public Scenario lasting(Duration wanted) {
    if (wanted.compareTo(SHORTEST) < 0 || wanted.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "time: %s (expected: %s to %s)".formatted(wanted, SHORTEST, LONGEST));
    }
    return new RegionsScenario(plan, wanted, pace);
  }

  @Override
  public String summary() {
    return "%d machines at %d regions, one cluster, for %d minutes"
        .formatted(plan.allHosts().size(), plan.sites().size(), time.toMinutes());
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
    private final Clientele clients;
    private final SiteMover mover;

    Run(World world, Findings findings) {
      this.world = world;
      this.findings = findings;
      network = new Network(world, new Network.Weather(0.002, 0, Duration.ofMillis(4)));
      sites = new Sites(world, network, plan, findings);
      clients = new Clientele(world, network, sites, pace.manner(), findings);
      mover = new SiteMover(world, sites, pace.moveEvery(), clients::movable);
    }

    void run() {
      sites.start();
      if (!sites.comeTogether(FORMED_WITHIN)) {
        sites.checkWhole();
        return;
      }
      world.note("all are up");
      clients.start();
      look();
      mover.start();
      var end = world.time().plus(time);
      while (world.time().compareTo(end) < 0 && isSound()) {
        hour(earlier(HOUR, end.minus(world.time())));
      }
      clients.end();
      if (isSound()) {
        drain();
      }
      world.note("%s; %s; %s".formatted(sites, clients, mover));
    }

    private boolean isSound() {
      return findings.violations().isEmpty();
    }

    /** Trouble, and a calm after it. */
    private void hour(Duration length) {
      mover.goOn();
      var faults = new SiteTrouble(world, network, sites, pace.habit());
      faults.start();
      pass(length);
      faults.end();
      if (isSound()) {
        calm();
      }
      world.note("%d minutes: %s; %s".formatted(world.time().toMinutes(), sites, clients));
      world.tellProgress();
    }

    private void pass(Duration length) {
      var end = world.time().plus(length);
      while (world.time().compareTo(end) < 0 && isSound()) {
        world.pass(earlier(TELL_EVERY, end.minus(world.time())));
        world.tellProgress();
      }
    }

    /** Everything comes together again, everybody is answered, no session is between regions. */
    private void calm() {
      mover.calm();
      var end = world.time().plus(TOGETHER_WITHIN);
      while (!sites.comeTogether(TELL_EVERY) && world.time().compareTo(end) < 0) {
        world.tellProgress();
      }
      sites.checkWhole();
      world.note("all are together again");
      pass(CALM_MIN);
      sites.checkWhole();
      clients.checkAnswered(ANSWERED_WITHIN);
      sites.between().forEach(session -> findings.addAll(nowhere(session)));
    }

    /** Nobody begins anything new, and nothing is left over. */
    private void drain() {
      world.pass(ANSWERED_WITHIN);
      sites.checkWhole();
      clients.checkAnswered(Duration.ZERO);
      sites.between().forEach(session -> findings.addAll(nowhere(session)));
    }

    private List<Violation> nowhere(String session) {
      return Liveness.check(
          "session %s between two regions".formatted(session), CALM_MIN, Duration.ZERO);
    }

    private void look() {
      clients
          .atHome()
          .forEach(client -> findings.addAll(ServedAtHome.check(sites, client, world.time())));
      world.after(LOOK_EVERY, this::look);
    }
  }

  private static Duration earlier(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
