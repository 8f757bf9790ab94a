package dev.weft.app.mishap;

import dev.weft.app.cluster.ClusterProbe;
import dev.weft.app.cluster.PlannedNode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/** Frames of sessions that come to each node all the time, whatever happens. */
final class Traffic implements AutoCloseable {

  /** Between two frames to a node: the machine is to have time for the nodes. */
  private static final Duration PACE = Duration.ofMillis(40);

  private final List<String> sessions;
  private final ClusterProbe probe;
  private final Predicate<PlannedNode> isExcused;
  private final List<Thread> clients;
  private final AtomicLong right = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong unreached = new AtomicLong();
  private final ConcurrentLinkedQueue<String> broken = new ConcurrentLinkedQueue<>();
  private volatile boolean isOver;

  /**
   * What became of them.
   *
   * @param unreached at nodes that something happened to
   */
  record Counts(long right, long refused, long unreached) {}

  /**
   * Begins.
   *
   * @param isExcused whether a node need not be reached now
   */
  Traffic(
      List<PlannedNode> nodes,
      List<String> sessions,
      ClusterProbe probe,
      Predicate<PlannedNode> isExcused) {
    this.sessions = List.copyOf(sessions);
    this.probe = probe;
    this.isExcused = isExcused;
    this.clients = nodes.stream().map(this::client).toList();
  }

  private Thread client(PlannedNode node) {
    return Thread.ofVirtual().name("client of " + node.id()).start(() -> send(node));
  }

  private void send(PlannedNode node) {
    try {
      for (var sent = 0; !isOver; sent++) {
        send(node, sessions.get(sent % sessions.size()));
        Thread.sleep(PACE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void send(PlannedNode node, String session) throws InterruptedException {
    var wasExcused = isExcused.test(node);
    try {
      var reply = probe.frame(node, session);
      if (reply.isRight()) {
        right.incrementAndGet();
      } else if (reply.isRefusal()) {
        refused.incrementAndGet();
      } else {
        broken.add("%s, frame of %s: %s".formatted(node.id(), session, reply));
      }
    } catch (IOException e) {
      unreached.incrementAndGet();
      if (!wasExcused && !isExcused.test(node) && !isOver) {
        broken.add("%s, frame of %s: %s".formatted(node.id(), session, e));
      }
    }
  }

  Counts counts() {
    return new Counts(right.get(), refused.get(), unreached.get());
  }

  /** Answers that none should give, and nodes that were not reached though nothing happened. */
  List<String> broken() {
    return List.copyOf(broken);
  }

  @Override
  public void close() {
    isOver = true;
    clients.forEach(Thread::interrupt);
  }
}
