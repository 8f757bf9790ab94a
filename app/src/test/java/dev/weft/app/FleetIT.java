package dev.weft.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.app.cluster.ClusterPlan;
import dev.weft.app.cluster.LocalCluster;
import dev.weft.app.cluster.PlannedNode;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code weft cluster rollout} on processes of this machine: a region and a shop of two nodes. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@ExtendWith(OneCluster.class)
class FleetIT {

  private static final Duration WITHIN = Duration.ofMinutes(3);
  private static final String FRAME =
      """
      {"inputs": [{"name": "features", "datatype": "FP32", "shape": [1, 4], "data": [1, 2, 3, 4]}]}
      """;

  @TempDir private Path folder;

  private final HttpClient http = HttpClient.newHttpClient();
  private final List<String> told = new CopyOnWriteArrayList<>();

  /** The shop's manifests lack the first candidate, whose model comes from the region. */
  @Test
  @Tag("long")
  void aRolloutGoesOnWhenTheRegionsNodeIsKilledAndABadOneStops() throws Exception {
    var models = Files.createDirectory(folder.resolve("models"));
    var atShop = Files.createDirectory(folder.resolve("shop"));
    Manifests.classifying(atShop);
    Manifests.classifyingBetter(models);
    var isOver = new AtomicBoolean();
    try (var cluster =
            LocalCluster.start(
                ClusterPlan.of(2, 2).serving(Map.of("site-1", atShop)),
                folder.resolve("nodes"),
                List.of(models),
                true,
                told::add);
        var threads = Executors.newVirtualThreadPerTaskExecutor();
        Closeable _ = () -> isOver.set(true)) {
      var region = node(cluster, "region/b");
      var shop = List.of(node(cluster, "site-1/a"), node(cluster, "site-1/b"));
      await("all nodes are up", () -> isUp(region) && shop.stream().allMatch(this::isUp));
      refusesWhatIsWrong(region, shop.getFirst());
      shop.forEach(node -> threads.submit(() -> feed(node, isOver)));

      var begun = done(region, "start", rollout("better"), "--waves", "site-1; rest");
      assertTrue(
          begun.contains("stage classify: rollout 1 to better, under way; wave 1 of"), begun);
      await("the shop tries it", () -> status(region).contains("\"standing\":\"tries\""));
      // It joined first, so it is in charge.
      kill(cluster, "region/a");
      await("the other one ends it", () -> status(region).contains("\"phase\":\"done\""));
      shop.forEach(node -> assertTrue(sees(node, node).contains("classify@better"), node.id()));

      var before = cluster.pid("site-1/a");
      kill(cluster, "site-1/a");
      await(
          "what came from the region goes on in the next process",
          () ->
              cluster.pid("site-1/a") != before
                  && sees(shop.getFirst(), shop.getFirst()).contains("classify@better"));

      done(region, "start", rollout("swapped"), "--waves", "site-1; rest");
      await("it is stopped", () -> status(region).contains("\"phase\":\"stopped\""));
      var stopped = done(region, "status", "classify");
      assertTrue(stopped.contains("took it back: at shadow: GATE_FAILED"), stopped);
      var back = done(region, "rollback", "classify", "--reason", "it is wrong");
      assertTrue(back.contains("rollout 2 to swapped, taken back: it is wrong"), back);
      await("nobody tries it", () -> !status(region).contains("\"order\":\"begin\""));
      shop.forEach(node -> assertTrue(sees(node, node).contains("classify@better"), node.id()));
    }
  }

  private void refusesWhatIsWrong(PlannedNode region, PlannedNode edge) throws IOException {
    var manifest = rollout("better");
    refused(edge, "site-1/a: an edge (expected: a node of a region: region/a at", "status");
    refused(region, "variant 'nosuch': unknown to stage 'classify'", "start", rollout("nosuch"));
    refused(region, "site 'site-7': unknown", "start", manifest, "--waves", "site-7; rest");
    refused(region, "stage 'classify': no rollout of the fleet", "rollback", "classify");
    var missing = Cli.run(folder, "cluster", "rollout", "status");
    assertEquals(2, missing.code());
    assertTrue(missing.err().contains("--node"), missing.err());
    assertEquals("no rollout of the fleet\n", done(region, "status"));
  }

  private String rollout(String candidate) throws IOException {
    var text =
        """
        apiVersion: weft/v1
        kind: Rollout
        name: other-scores
        summary: Puts another model in place.
        owner: tests@example.org
        stage: classify
        candidate: %s
        steps: [shadow, 50%%, 100%%]
        dwell: 1s
        evidence: {samplesMin: 100}
        limits:
          outputs: [{tensor: logits, metric: relative-l2, above: 0.1, share: 20%%}]
        drift: {watch: 1s, compared: 50%%}
        """
            .formatted(candidate);
    return Files.writeString(folder.resolve(candidate + ".yaml"), text).toString();
  }

  private Cli.Ended command(PlannedNode at, String... args) {
    var all = new ArrayList<>(List.of("cluster", "rollout"));
    all.addAll(List.of(args));
    all.addAll(List.of("--node", "127.0.0.1:" + at.reached().link()));
    return Cli.run(folder, all.toArray(String[]::new));
  }

  private String done(PlannedNode at, String... args) {
    var ended = command(at, args);
    assertEquals(0, ended.code(), ended.err());
    return ended.out();
  }

  private void refused(PlannedNode at, String message, String... args) {
    var ended = command(at, args);
    assertEquals(1, ended.code(), ended.out());
    assertTrue(ended.err().contains(message), ended.err());
  }

  /** Empty while nobody is in charge. */
  private String status(PlannedNode at) {
    return command(at, "status", "--json").out();
  }

  /** What a node tells of another, as one line of text. */
  private String sees(PlannedNode at, PlannedNode other) {
    var text =
        Cli.run(folder, "cluster", "status", "--json", "127.0.0.1:" + at.reached().link()).out();
    var from = text.indexOf("{\"node\":\"%s\"".formatted(other.id()));
    return from < 0 ? "" : text.substring(from, text.indexOf('}', from));
  }

  private boolean isUp(PlannedNode at) {
    var text =
        Cli.run(folder, "cluster", "status", "--json", "127.0.0.1:" + at.reached().link()).out();
    return text.split("\"status\":\"Up\"", -1).length == 5
        && text.split("classify@plain", -1).length == 5;
  }

  private void feed(PlannedNode node, AtomicBoolean isOver) {
    var infer =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:%d/v2/models/answer/infer".formatted(node.http())))
            .POST(HttpRequest.BodyPublishers.ofString(FRAME))
            .build();
    try {
      while (!isOver.get()) {
        feed(infer);
        TimeUnit.MILLISECONDS.sleep(2); // A shadow waits for a gap it fits into.
      }
    } catch (InterruptedException e) {
      told.add(String.valueOf(e));
    }
  }

  private void feed(HttpRequest infer) throws InterruptedException {
    try {
      var answer = http.send(infer, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        told.add(answer.body());
      }
    } catch (IOException e) {
      TimeUnit.MILLISECONDS.sleep(200); // It was killed, and is started again.
    }
  }

  private static void kill(LocalCluster cluster, String name) {
    assertTrue(ProcessHandle.of(cluster.pid(name)).orElseThrow().destroyForcibly());
  }

  private static PlannedNode node(LocalCluster cluster, String id) {
    return cluster.plan().nodes().stream()
        .filter(node -> node.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private void await(String what, BooleanSupplier condition) throws InterruptedException {
    var deadline = System.nanoTime() + WITHIN.toNanos();
    while (!condition.getAsBoolean()) {
      assertTrue(
          System.nanoTime() < deadline, () -> what + " within " + WITHIN + "; told: " + told);
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }
}
