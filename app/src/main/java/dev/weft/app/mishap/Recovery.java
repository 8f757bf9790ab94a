package dev.weft.app.mishap;

import dev.weft.app.cluster.ClusterPlan;
import dev.weft.app.cluster.ClusterProbe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Waits for a cluster to be well again: every node serves and sees all others, and every session is
 * where it should be and has its frames run.
 *
 * @param random which node is asked
 * @param nanos monotonic time
 * @param isStopped whether nobody waits any more
 */
record Recovery(
    ClusterPlan plan,
    ClusterProbe probe,
    Places places,
    RandomGenerator random,
    LongSupplier nanos,
    BooleanSupplier isStopped) {

  static final Duration MAX = Duration.ofSeconds(120);

  /** What was cut off may be missed only when it is back: so long all must stay well. */
  private static final Duration HOLD = Duration.ofSeconds(4);

  static final Duration LOOK_INTERVAL = Duration.ofMillis(200);

  /**
   * When all became well and stayed so; empty if that is not within {@link #MAX}, or nobody waits.
   */
  OptionalLong await() throws InterruptedException {
    var deadline = nanos.getAsLong() + MAX.toNanos();
    var well = once(deadline);
    while (well.isPresent() && !holds(well.getAsLong())) {
      well = once(deadline);
    }
    return well;
  }

  private boolean holds(long since) throws InterruptedException {
    while (nanos.getAsLong() - since < HOLD.toNanos()) {
      if (isStopped.getAsBoolean()) {
        return true;
      }
      if (!lacking().isEmpty()) {
        return false;
      }
      Thread.sleep(LOOK_INTERVAL);
    }
    return unserved(places.sessions()).isEmpty();
  }

  /** Those of some sessions whose frames are not run, as one node has it. */
  private List<String> unserved(Collection<String> sessions) throws InterruptedException {
    var by = plan.nodes().get(random.nextInt(plan.nodes().size()));
    var unserved = new ArrayList<String>();
    for (var session : sessions) {
      if (!places.isServed(by, session)) {
        unserved.add(session);
      }
    }
    return unserved;
  }

  private OptionalLong once(long deadline) throws InterruptedException {
    var waiting = List.copyOf(places.sessions());
    while (!isStopped.getAsBoolean() && nanos.getAsLong() < deadline) {
      if (lacking().isEmpty()) {
        waiting = unserved(waiting);
        if (waiting.isEmpty()) {
          return OptionalLong.of(nanos.getAsLong());
        }
      }
      Thread.sleep(LOOK_INTERVAL);
    }
    return OptionalLong.empty();
  }

  /** How each node sees the others, those first that do not serve or do not see all. */
  List<String> views() throws InterruptedException {
    var views = new ArrayList<>(lacking());
    plan.nodes().forEach(node -> views.add("%s: %s".formatted(node.id(), probe.view(node))));
    return views;
  }

  private List<String> lacking() throws InterruptedException {
    var lacking = new ArrayList<String>();
    for (var node : plan.nodes()) {
      var up = probe.up(node);
      if (up != plan.nodes().size() || !probe.isReady(node)) {
        lacking.add("%s sees %d".formatted(node.id(), up));
      }
    }
    return lacking;
  }
}
