package dev.weft.app.mishap;

import dev.weft.app.cluster.ClusterPlan;
import dev.weft.app.cluster.ClusterProbe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Waits for a cluster to be well again: every node serves and sees all others, and every session is
 * where it should be and has its frames run. For one thread.
 */
final class Recovery {

  static final Duration MAX = Duration.ofSeconds(120);

  /** What was cut off may be missed only when it is back: so long all must stay well. */
  private static final Duration HOLD = Duration.ofSeconds(4);

  static final Duration LOOK_INTERVAL = Duration.ofMillis(200);

  private final ClusterPlan plan;
  private final ClusterProbe probe;
  private final Places places;
  private final RandomGenerator random;
  private final LongSupplier nanos;
  private final Stopping stopping;
  private List<String> waiting = List.of();

  /**
   * @param random which node is asked
   * @param nanos monotonic time
   * @param stopping when nobody waits any more
   */
  Recovery(
      ClusterPlan plan,
      ClusterProbe probe,
      Places places,
      RandomGenerator random,
      LongSupplier nanos,
      Stopping stopping) {
    this.plan = plan;
    this.probe = probe;
    this.places = places;
    this.random = random;
    this.nanos = nanos;
    this.stopping = stopping;
  }

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
      if (stopping.isAsked()) {
        return true;
      }
      if (!lacking().isEmpty()) {
        return false;
      }
      stopping.pause(LOOK_INTERVAL);
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
    waiting = List.copyOf(places.sessions());
    while (!stopping.isAsked() && nanos.getAsLong() < deadline) {
      if (lacking().isEmpty()) {
        waiting = unserved(waiting);
        if (waiting.isEmpty()) {
          return OptionalLong.of(nanos.getAsLong());
        }
      }
      stopping.pause(LOOK_INTERVAL);
    }
    return OptionalLong.empty();
  }

  /**
   * What was waited for last: nodes that do not serve or do not see all, sessions without an
   * answer; and how each node sees the others.
   */
  List<String> views() throws InterruptedException {
    var views = new ArrayList<>(lacking());
    views.add("sessions without answer: " + waiting);
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
