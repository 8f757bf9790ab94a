package dev.weft.sim.scenario;

import dev.weft.sim.invariant.Findings;
import dev.weft.sim.invariant.Liveness;
import dev.weft.sim.node.SitePlan;
import dev.weft.sim.node.SiteVisitor;
import dev.weft.sim.node.Sites;
import dev.weft.sim.world.Network;
import dev.weft.sim.world.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Every machine of three sites restarted in good order, one after the other, as for a new release,
 * while clients of sessions go on at a steady rate. Nobody may wait for long.
 */
final class RestartsScenario implements Scenario {

  private static final Duration FORMED_WITHIN = Duration.ofSeconds(60);
  private static final Duration BACK_WITHIN = Duration.ofSeconds(60);
  private static final Duration BETWEEN = Duration.ofSeconds(3);
  private static final Duration QUIET = Duration.ofSeconds(10);
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);
  private static final Duration PAUSE_MEAN = Duration.ofMillis(200);
  private static final int SESSIONS = 4;

  /** A session's shard is handed over, and who asked asks once more. */
  static final Duration ANSWERED_WITHIN = Duration.ofSeconds(5);

  @Override
  public String name() {
    return "restarts";
  }

  @Override
  public boolean isLong() {
    return true;
  }

  @Override
  public String summary() {
    return "9 machines at 3 sites, each restarted in good order under load";
  }

  @Override
  public void run(World world, Findings findings) {
    new Run(world, findings).run();
  }

  private static final class Run {

    private final World world;
    private final Findings findings;
    private final Sites sites;
    private final List<SiteVisitor> visitors = new ArrayList<>();
    private Duration longest = Duration.ZERO;

    Run(World world, Findings findings) {
      this.world = world;
      this.findings = findings;
      var network = new Network(world, new Network.Weather(0, 0, Duration.ofMillis(4)));
      var plan = SitePlan.of(3, 3);
      sites = new Sites(world, network, plan, findings);
      for (var site : plan.sites()) {
        for (var i = 0; i < SESSIONS; i++) {
          var asked = i % 2 == 0 ? plan.hostsOf(site) : plan.allHosts();
          var session = SitePlan.session(site, i);
          visitors.add(
              new SiteVisitor(world, network, sites, asked, session, PAUSE_MEAN, findings));
        }
      }
    }

    void run() {
      sites.start();
      if (!world.passUntil(sites::isWhole, FORMED_WITHIN)) {
        sites.checkWhole();
        return;
      }
      world.note("all are up");
      visitors.forEach(SiteVisitor::start);
      look();
      world.pass(BETWEEN);
      for (var host : sites.plan().allHosts()) {
        restart(host);
      }
      visitors.forEach(SiteVisitor::end);
      world.pass(QUIET);
      visitors.forEach(visitor -> visitor.checkEnded(ANSWERED_WITHIN));
      var done = visitors.stream().mapToLong(SiteVisitor::done).sum();
      var again = visitors.stream().mapToLong(SiteVisitor::again).sum();
      world.note(
          "%s; clients did %d things, asked %d times more, and waited for %d ms at most"
              .formatted(sites, done, again, longest.toMillis()));
    }

    private void restart(String host) {
      var before = sites.host(host).processes();
      sites.leave(host);
      world.passUntil(() -> sites.host(host).processes() > before && sites.isWhole(), BACK_WITHIN);
      sites.checkWhole();
      world.pass(BETWEEN);
    }

    private void look() {
      for (var visitor : visitors) {
        visitor
            .waiting()
            .ifPresent(
                waiting -> {
                  var waited = world.time().minus(waiting.since());
                  longest = longest.compareTo(waited) < 0 ? waited : longest;
                  findings.addAll(
                      Liveness.check(
                          "session %s: %s".formatted(visitor.session(), waiting.what()),
                          waited,
                          ANSWERED_WITHIN));
                });
      }
      world.after(LOOK_EVERY, this::look);
    }
  }
}
