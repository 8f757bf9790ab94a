package dev.weft.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.weft.app.cluster.ClusterPlan;
import dev.weft.app.cluster.LocalCluster;
import dev.weft.app.cluster.PlannedNode;
import dev.weft.app.cluster.StatusTable;
import dev.weft.cluster.node.MoveDesk;
import dev.weft.cluster.node.StatusDesk;
import dev.weft.fabric.json.Json;
import dev.weft.link.exchange.Answer;
import dev.weft.link.exchange.ExchangeSettings;
import dev.weft.link.exchange.Peers;
import dev.weft.link.exchange.Request;
import dev.weft.link.identity.Address;
import dev.weft.link.identity.Security;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes on this machine: two sites of two nodes, which are killed and started anew under load.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ClusterIT {

  private static final Duration WITHIN = Duration.ofSeconds(60);
  private static final int SESSIONS = 12;
  private static final String VECTOR =
      IntStream.rangeClosed(1, 16).mapToObj(Integer::toString).collect(Collectors.joining(","));

  @TempDir private Path folder;

  private final HttpClient http = HttpClient.newHttpClient();
  private final Security security = Security.none();
  private final Peers peers =
      new Peers("test", ExchangeSettings.from(ConfigFactory.load()), security, new SecureRandom());

  @Test
  void theSessionsOfASiteGoOnWhicheverOfItsNodesIsLost() throws IOException, InterruptedException {
    var told = new CopyOnWriteArrayList<String>();
    try (peers;
        security;
        var cluster =
            LocalCluster.start(ClusterPlan.of(2, 2), folder, List.of(), true, told::add)) {
      var hub = node(cluster, "region/a");
      var one = node(cluster, "site-1/a");
      var other = node(cluster, "site-1/b");
      await("all nodes are up", () -> up(hub) == 4 && up(other) == 4 && isReady(cluster));
      await("all sessions live somewhere", eachIsAway(hub));
      assertTrue(frames(one, "taken") > 0, "sessions on a");
      assertTrue(frames(other, "taken") > 0, "sessions on b");
      movesThereAndBack(hub, one);
      noFrameFailsWhileEachNodeIsStartedAnew(cluster, hub);
      told.clear();

      // The one with the lower address, which some rules would have the other one die for.
      process(cluster, "site-1/a").destroyForcibly();
      told("fail-over after kill -9", eachIsAway(hub));
      await("a is back", () -> up(hub) == 4 && up(other) == 4);
      assertTrue(told.getFirst().contains("site-1/a ended with exit code 137"), told.toString());
      await("all sessions are served", eachIsAway(hub));
    }
  }

  private void movesThereAndBack(PlannedNode hub, PlannedNode one) {
    var session = "site-1/till-0";
    assertEquals("region", move(one, session, "region").get("site"));
    var here = frames(hub, "here");
    assertEquals(Optional.empty(), failure(hub, session));
    assertTrue(String.valueOf(move(one, session, "region").get("node")).startsWith("region/"));
    assertEquals("site-1", move(hub, session, "site-1").get("site"));
    assertTrue(frames(hub, "here") >= here);
    var refused = String.valueOf(move(hub, session, "nowhere").get("refused"));
    assertTrue(refused.contains("no node of site 'nowhere' is reached"), refused);
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
          });
      for (var node : List.of("site-1/a", "site-1/b", "region/b")) {
        var before = cluster.pid(node);
        process(cluster, node).destroy();
        await(
            node + " is back",
            () -> cluster.pid(node) != before && up(hub) == 4 && up(node(cluster, node)) == 4);
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    System.out.printf("rolling restart: %d frames, %d failed%n", frames.get(), failures.size());
    assertEquals(List.of(), failures);
  }

  private Map<String, Object> move(PlannedNode at, String session, String to) {
    var ask = new Request(MoveDesk.KIND, 0, MoveDesk.request(session, to), Duration.ofSeconds(20));
    return switch (peers.at(Address.of("127.0.0.1", at.link())).ask(ask).join()) {
      case Answer.Done(var answer) -> Json.readObject(new String(answer, StandardCharsets.UTF_8));
      case Answer.Refused refused -> throw new AssertionError(refused);
    };
  }

  private static ProcessHandle process(LocalCluster cluster, String name) {
    return ProcessHandle.of(cluster.pid(name)).orElseThrow();
  }

  private static void told(String what, BooleanSupplier condition) throws InterruptedException {
    var begun = System.nanoTime();
    await(what, condition);
    System.out.printf("%s: %.1f s%n", what, (System.nanoTime() - begun) / 1e9);
  }

  private static PlannedNode node(LocalCluster cluster, String id) {
    return cluster.plan().nodes().stream()
        .filter(node -> node.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private boolean isReady(LocalCluster cluster) {
    return cluster.plan().nodes().stream().allMatch(this::isReady);
  }

  private boolean isReady(PlannedNode node) {
    try {
      var ready = URI.create("http://127.0.0.1:%d/v2/health/ready".formatted(node.http()));
      var answer = http.send(HttpRequest.newBuilder(ready).build(), body());
      return answer.statusCode() == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static HttpResponse.BodyHandler<String> body() {
    return HttpResponse.BodyHandlers.ofString();
  }

  /** What is wrong with the answer to a frame of a session; empty if nothing is. */
  private Optional<String> failure(PlannedNode at, String session) {
    var body =
        """
        {"parameters": {"weft_session": "%s"}, "inputs": [
          {"name": "INPUT0", "datatype": "INT32", "shape": [1, 16], "data": [%s]},
          {"name": "INPUT1", "datatype": "INT32", "shape": [1, 16], "data": [%s]}]}
        """
            .formatted(session, VECTOR, VECTOR);
    var infer =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:%d/v2/models/add-sub/infer".formatted(at.http())))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      var answer = http.send(infer, body());
      return answer.statusCode() == 200 && answer.body().contains("[2,4,6,8,10,12,14")
          ? Optional.empty()
          : Optional.of(answer.statusCode() + " " + answer.body());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Frames to a node of another site, until one of each session was run at that session's own. */
  private BooleanSupplier eachIsAway(PlannedNode at) {
    var waiting =
        IntStream.range(0, SESSIONS).mapToObj(n -> "site-1/till-" + n).collect(Collectors.toSet());
    return () -> {
      waiting.removeIf(session -> isAway(at, session));
      return waiting.isEmpty();
    };
  }

  /** Whether a frame was; it must be answered right, or said to have been sent to a lost node. */
  private boolean isAway(PlannedNode at, String session) {
    var before = frames(at, "away");
    var failure = failure(at, session).orElse("");
    assertTrue(failure.isEmpty() || failure.contains("may have run the frame"), failure);
    return frames(at, "away") == before + 1;
  }

  private long frames(PlannedNode node, String way) {
    var text = status(node);
    return !text.isEmpty()
            && Json.readObject(text).get("frames") instanceof Map<?, ?> counts
            && counts.get(way) instanceof Number count
        ? count.longValue()
        : 0;
  }

  private long up(PlannedNode node) {
    var text = status(node);
    return text.isEmpty()
        ? 0
        : new StatusTable(Json.readObject(text))
            .rows().stream().filter(row -> row.contains("up") && !row.get(2).isEmpty()).count();
  }

  private String status(PlannedNode node) {
    var ask = new Request(StatusDesk.KIND, 0, new byte[0], Duration.ofSeconds(5));
    return switch (peers.at(Address.of("127.0.0.1", node.link())).ask(ask).join()) {
      case Answer.Done(var payload) -> new String(payload, StandardCharsets.UTF_8);
      case Answer.Refused _ -> "";
    };
  }

  private static void await(String what, BooleanSupplier condition) throws InterruptedException {
    var deadline = System.nanoTime() + WITHIN.toNanos();
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, what + " within " + WITHIN);
      Thread.sleep(100);
    }
  }
}
