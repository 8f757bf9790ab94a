package dev.weft.sim.scenario;

import dev.weft.sim.invariant.IslandsServe;
import dev.weft.sim.invariant.Violation;
import dev.weft.sim.node.SitePlan;
import dev.weft.sim.node.SiteVisitor;
import dev.weft.sim.node.Sites;
import java.time.Duration;
import java.util.List;

/** Whether a client that asks at its session's home only is answered there, whatever goes wrong. */
final class ServedAtHome {

  /**
   * After processes of a site were lost or came: until its shards are with those that are left, who
   * may have to begin a cluster first.
   */
  static final Duration SETTLED_WITHIN = Duration.ofSeconds(30);

  private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(10);

  private ServedAtHome() {}

  static List<Violation> check(Sites sites, SiteVisitor client, Duration now) {
    var home = SitePlan.home(client.session());
    var serves = sites.servesSince(home);
    var waiting = client.waiting();
    if (serves.isEmpty() || waiting.isEmpty()) {
      return List.of();
    }
    var settled = serves.get().plus(SETTLED_WITHIN);
    var asked = waiting.get().since();
    var since = asked.compareTo(settled) > 0 ? asked : settled;
    return IslandsServe.check(
        home,
        "%s to %s".formatted(client.session(), waiting.get().what()),
        now.minus(since),
        ANSWERED_WITHIN);
  }
}
