package dev.weft.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.weft.app.cluster.ClusterPlan;
import dev.weft.app.cluster.LocalCluster;
import dev.weft.app.cluster.PlannedNode;
import dev.weft.app.cluster.StatusTable;
import dev.weft.cluster.node.StatusDesk;
import dev.weft.fabric.json.Json;
import dev.weft.link.exchange.Answer;
import dev.weft.link.exchange.ExchangeSettings;
import dev.weft.link.exchange.Peers;
import dev.weft.link.exchange.Request;
import dev.weft.link.identity.Address;
import dev.weft.link.identity.Security;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes on this machine: two sites of two nodes, one of which is killed under load. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
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
  void theSessionsOfANodeThatIsKilledGoOnAtTheOtherOneOfItsSite()
      throws IOException, InterruptedException {
    var told = new ArrayList<String>();
    try (peers;
        security;
        var cluster =
            LocalCluster.start(ClusterPlan.of(2, 2), folder, List.of(), true, told::add)) {
      var hub = node(cluster, "region/a");
      var kept = node(cluster, "site-1/b");
      await("all nodes are up", () -> up(hub) == 4 && up(kept) == 4 && isReady(cluster));
      assertEquals(0, round(hub) + round(hub), "lost before");
      assertTrue(taken(node(cluster, "site-1/a")) > 0, "sessions on a");
      assertTrue(taken(kept) > 0, "sessions on b");

      ProcessHandle.of(cluster.pid("site-1/a")).orElseThrow().destroyForcibly();
      var killed = System.nanoTime();
      await("all sessions go on at b", () -> isAllTakenBy(hub, kept));
      System.out.printf(
          "fail-over of %d sessions after kill -9: %.1f s%n",
          SESSIONS, (System.nanoTime() - killed) / 1e9);

      await("a is back", () -> up(hub) == 4 && !status(hub).contains("\"reached\":false"));
      assertEquals(0, round(hub), "lost after");
      assertTrue(told.getFirst().contains("site-1/a ended with exit code 137"), told.toString());
    }
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

  /**
   * One frame of each session, to a node of another site; each must be answered right, or, while a
   * node is lost, said to have been sent to it.
   */
  private int round(PlannedNode at) {
    var lost = 0;
    for (var session = 0; session < SESSIONS; session++) {
      var body =
          """
          {"parameters": {"weft_session": "site-1/till-%d"}, "inputs": [
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
        if (answer.statusCode() == 503 && answer.body().contains("may have run the frame")) {
          lost++;
          continue;
        }
        assertEquals(200, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains("[2,4,6,8,10,12,14"), answer.body());
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    return lost;
  }

  /** Whether a round of all sessions, sent to one node, is taken by another one. */
  private boolean isAllTakenBy(PlannedNode at, PlannedNode by) {
    var before = taken(by);
    return round(at) == 0 && taken(by) == before + SESSIONS;
  }

  private long taken(PlannedNode node) {
    var frames = Json.readObject(status(node)).get("frames");
    return frames instanceof Map<?, ?> counts && counts.get("taken") instanceof Number taken
        ? taken.longValue()
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
