package dev.weft.app;

import static dev.weft.app.Awaited.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.app.Awaited.Condition;
import dev.weft.app.cluster.ClusterPlan;
import dev.weft.app.cluster.ClusterProbe;
import dev.weft.app.cluster.LocalCluster;
import dev.weft.app.cluster.PlannedNode;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes on this machine: two sites of two nodes, which are killed and started anew under load.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@ExtendWith(OneCluster.class)
class ClusterIT {

  private static final int SESSIONS = 12;

  @TempDir private Path folder;

  private final ClusterProbe probe = new ClusterProbe();

  @Test
  void theSessionsOfASiteGoOnWhicheverOfItsNodesIsLost() throws IOException, InterruptedException {
    var told = new CopyOnWriteArrayList<String>();
    try (probe;
        var cluster =
            LocalCluster.start(ClusterPlan.of(2, 2), folder, List.of(), true, told::add)) {
      var hub = node(cluster, "region/a");
      var one = node(cluster, "site-1/a");
      var other = node(cluster, "site-1/b");
      await("all nodes are up", () -> isWhole(hub) && isWhole(other) && isReady(cluster));
      await("all sessions live somewhere", eachIsAway(hub));
      assertTrue(probe.frames(one, "taken") > 0, "sessions on a");
      assertTrue(probe.frames(other, "taken") > 0, "sessions on b");
      assertTrue(page(hub).contains("\"seenBy\":\"region/a\""), page(hub));
      movesThereAndBack(hub, one);
      noFrameFailsWhileEachNodeIsStartedAnew(cluster, hub);
      told.clear();

      // The one with the lower address, which some rules would have the other one die for.
      process(cluster, "site-1/a").destroyForcibly();
      told("fail-over after kill -9", eachIsAway(hub));
      await("a is back", () -> isWhole(hub) && isWhole(other));
      assertTrue(told.getFirst().contains("site-1/a ended with exit code 137"), told.toString());
      await("all sessions are served", eachIsAway(hub));
    }
  }

  /** What operators are told of the cluster over HTTP. */
  private static String page(PlannedNode node) throws IOException, InterruptedException {
    var uri = URI.create("http://127.0.0.1:%d/weft/v1/cluster".formatted(node.http()));
    try (var client = HttpClient.newHttpClient()) {
      return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    }
  }

  private void movesThereAndBack(PlannedNode hub, PlannedNode one) throws InterruptedException {
    var session = "site-1/till-0";
    assertEquals("region", move(one, session, "region").get("site"));
    assertEquals("region", probe.where(one, session).orElseThrow().get("site"));
    var here = probe.frames(hub, "here");
    assertEquals(Optional.empty(), failure(hub, session));
    assertTrue(String.valueOf(move(one, session, "region").get("node")).startsWith("region/"));
    assertEquals("site-1", move(hub, session, "site-1").get("site"));
    assertTrue(probe.frames(hub, "here") >= here);
    var refused = String.valueOf(move(hub, session, "nowhere").get("refused"));
    assertTrue(refused.contains("no node of site 'nowhere' is reached"), refused);
  }

  private Map<String, Object> move(PlannedNode at, String session, String to) {
    return probe.move(at, session, to).orElseThrow();
  }

  /** As an init system does it: asked to end, and started again when it has. */
  private void noFrameFailsWhileEachNodeIsStartedAnew(LocalCluster cluster, PlannedNode hub)
      throws InterruptedException {
    var isOver = new AtomicBoolean();
    var failures = new CopyOnWriteArrayList<String>();
    var frames = new AtomicLong();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor();
        Closeable _ = () -> isOver.set(true)) {
      threads.submit(
          () -> {
            while (!isOver.get()) {
              var session = "site-1/till-" + frames.incrementAndGet() % SESSIONS;
              failure(hub, session).ifPresent(failures::add);
            }
            return null;
          });
      for (var node : List.of("site-1/a", "site-1/b", "region/b")) {
        var before = cluster.pid(node);
        process(cluster, node).destroy();
        await(
            node + " is back",
            () -> cluster.pid(node) != before && isWhole(hub) && isWhole(node(cluster, node)));
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    System.out.printf("rolling restart: %d frames, %d failed%n", frames.get(), failures.size());
    assertEquals(List.of(), failures);
  }

  private static ProcessHandle process(LocalCluster cluster, String name) {
    return ProcessHandle.of(cluster.pid(name)).orElseThrow();
  }

  private static PlannedNode node(LocalCluster cluster, String id) {
    return cluster.plan().nodes().stream()
        .filter(node -> node.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  /** Whether a node sees all four. */
  private boolean isWhole(PlannedNode node) {
    return probe.up(node) == 4;
  }

  private boolean isReady(LocalCluster cluster) throws InterruptedException {
    for (var node : cluster.plan().nodes()) {
      if (!probe.isReady(node)) {
        return false;
      }
    }
    return true;
  }

  /** What is wrong with the answer to a frame of a session; empty if nothing is. */
  private Optional<String> failure(PlannedNode at, String session) throws InterruptedException {
    try {
      var reply = probe.frame(at, session);
      return reply.isRight() ? Optional.empty() : Optional.of(reply.toString());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Frames to a node of another site, until one of each session was run at that session's own. */
  private Condition eachIsAway(PlannedNode at) {
    var waiting =
        IntStream.range(0, SESSIONS)
            .mapToObj(n -> "site-1/till-" + n)
            .collect(Collectors.toCollection(java.util.HashSet::new));
    return () -> {
      for (var session : List.copyOf(waiting)) {
        if (isAway(at, session)) {
          waiting.remove(session);
        }
      }
      return waiting.isEmpty();
    };
  }

  /** Whether a frame was; it must be answered right, or said to have been sent to a lost node. */
  private boolean isAway(PlannedNode at, String session) throws InterruptedException {
    var before = probe.frames(at, "away");
    var failure = failure(at, session).orElse("");
    assertTrue(failure.isEmpty() || failure.contains("may have run the frame"), failure);
    return probe.frames(at, "away") == before + 1;
  }

  private static void told(String what, Condition condition)
      throws IOException, InterruptedException {
    var begun = System.nanoTime();
    await(what, condition);
    System.out.printf("%s: %.1f s%n", what, (System.nanoTime() - begun) / 1e9);
  }
}
