package dev.weft.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OperationsTest {

  private static final String[] OWN = {
    "Content-Type", "application/json", "X-Weft-Request", "test"
  };

  /** Of its frames, those that find both loops busy wait. */
  private static final String QUEUED =
      """
      apiVersion: weft/v1
      kind: Stage
      name: slow
      summary: Waits for a test.
      owner: tests@example.org
      uses: test/held
      variants: [{name: a}, {name: b}]
      ---
      apiVersion: weft/v1
      kind: Pipeline
      name: queued
      summary: Waits for a test.
      owner: tests@example.org
      deadline: 60s
      maxInFlight: 8
      inputs: [{name: x, datatype: FP32, shape: [n]}]
      steps:
        - {name: first, stage: slow, inputs: {x: x}}
        - {name: second, stage: slow, inputs: {x: first.y}, shadow: {variant: b}}
      outputs: {y: second.y}
      """;

  @TempDir private Path folder = Path.of("");

  private Served served;

  @BeforeEach
  void start() throws IOException {
    served =
        Served.start(
            folder,
            "gateway.observatory { subscribers = 2, frames = 64 }, fabric.load.enabled = off");
  }

  @AfterEach
  void close() {
    served.close();
  }

  private Map<String, Object> object(String path) throws IOException, InterruptedException {
    var answer = served.get(path);
    assertEquals(200, answer.statusCode(), answer::body);
    assertEquals("no-store", answer.headers().firstValue("Cache-Control").orElse(""));
    return Json.readObject(answer.body());
  }

  private static List<Map<?, ?>> objects(@Nullable Object list) {
    var found = new ArrayList<Map<?, ?>>();
    if (list instanceof List<?> all) {
      all.forEach(each -> found.add((Map<?, ?>) each));
    }
    return found;
  }

  private static Map<?, ?> named(@Nullable Object list, String name) {
    return objects(list).stream()
        .filter(each -> name.equals(each.get("name")))
        .findFirst()
        .orElseThrow();
  }

  private HttpResponse<String> infer(String model, String input)
      throws IOException, InterruptedException {
    return served.post("/v2/models/" + model + "/infer", Served.floats(input, "[1]", "[1]"));
  }

  private HttpRequest live() {
    return HttpRequest.newBuilder(served.uri("/weft/v1/live")).build();
  }

  /** The first snapshot that is as wanted. */
  private static Map<String, Object> snapshot(
      BufferedReader lines, Predicate<Map<String, Object>> wanted) throws IOException {
    for (var line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith("data: ")) {
        var snapshot = Json.readObject(line.substring("data: ".length()));
        if (wanted.test(snapshot)) {
          return snapshot;
        }
      }
    }
    throw new AssertionError("the stream ended");
  }

  private BufferedReader follow() throws IOException, InterruptedException {
    var stream = served.client.send(live(), BodyHandlers.ofInputStream());
    assertEquals(200, stream.statusCode());
    assertEquals("text/event-stream", stream.headers().firstValue("Content-Type").orElse(""));
    return new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8));
  }

  @Test
  void pipelinesAreTheGraphWithWhatRunsAtEachStep() throws Exception {
    served.weft.load(Files.writeString(folder.resolve("queued.yaml"), QUEUED));
    var queued = named(object("/weft/v1/pipelines").get("pipelines"), "queued");
    assertEquals(
        List.of("frame first", "first second", "second answer"),
        objects(queued.get("edges")).stream()
            .map(edge -> edge.get("from") + " " + edge.get("to"))
            .toList());
    var second = objects(queued.get("steps")).get(1);
    assertEquals("a", second.get("variant"));
    assertEquals("shadow", objects(second.get("beside")).getFirst().get("as"));
    assertEquals(Map.of("slow", List.of("a", "b")), queued.get("stages"));
  }

  @Test
  void theStreamTellsRatesQueuesAndLatenciesOfWhatHappensMeanwhile() throws Exception {
    served.weft.load(Files.writeString(folder.resolve("queued.yaml"), QUEUED));
    try (var lines = follow()) {
      var body = Served.floats("x", "[1]", "[1]");
      var coming = new ArrayList<CompletableFuture<HttpResponse<String>>>();
      for (var i = 0; i < 4; i++) {
        coming.add(
            served.client.sendAsync(
                served.request("/v2/models/queued/infer", body), BodyHandlers.ofString()));
      }
      var waits =
          snapshot(
              lines, now -> !Map.of().equals(named(now.get("pipelines"), "queued").get("waiting")));
      var queued = named(waits.get("pipelines"), "queued");
      assertEquals(Map.of("first", Map.of("interactive", 2L)), firstOnly(queued.get("waiting")));
      assertEquals(4L, queued.get("inFlight"));
      HeldFactory.PERMITS.release(100);
      for (var each : coming) {
        assertEquals(200, each.get().statusCode());
      }
      var flowed =
          snapshot(
              lines,
              now ->
                  !Double.valueOf(0)
                      .equals(named(now.get("pipelines"), "queued").get("perSecond")));
      var lane = objects(named(flowed.get("pipelines"), "queued").get("lanes")).getFirst();
      assertTrue(lane.get("p99Millis") instanceof Double, lane::toString);
      assertTrue(objects(flowed.get("pipelines")).size() > 1);
      assertTrue(flowed.get("node") instanceof Map<?, ?> node && node.containsKey("heap"));
    }
  }

  /** Steps that share a variant share its queue. */
  private static Object firstOnly(@Nullable Object waiting) {
    var steps = waiting instanceof Map<?, ?> map ? map : Map.of();
    assertEquals(steps.get("first"), steps.get("second"));
    return Map.of("first", Objects.requireNonNull(steps.get("first")));
  }

  @Test
  void noMoreFollowThanMayAndAClosedServerEndsTheirStreams() throws Exception {
    try (var one = follow();
        var other = follow()) {
      var refused = served.client.send(live(), BodyHandlers.ofString());
      assertEquals(429, refused.statusCode());
      assertTrue(refused.headers().firstValue("Retry-After").isPresent());
      served.gateway.close();
      for (var lines : List.of(one, other)) {
        while (lines.readLine() != null) {
          continue; // Until its end.
        }
      }
    }
  }

  @Test
  void anAnswerHasTheIdByWhichItsFrameIsExplained() throws Exception {
    served.weft.load(Files.writeString(folder.resolve("queued.yaml"), QUEUED));
    HeldFactory.PERMITS.release(100);
    var answer =
        served.post(
            "/v2/models/queued/infer",
            """
            {"parameters": {"weft_tenant": "acme", "priority": 3},
            "inputs": [{"name": "x", "datatype": "FP32", "shape": [1], "data": [1]}]}\
            """);
    var frame = answer.headers().firstValue("Weft-Frame").orElseThrow();
    assertEquals("queued:0", frame);
    var explained = object("/weft/v1/explain/" + frame);
    assertEquals("completed", explained.get("outcome"));
    assertEquals("acme", explained.get("tenant"));
    assertEquals("background", explained.get("lane"));
    assertEquals(
        List.of("first slow@a", "second slow@a"),
        objects(explained.get("steps")).stream()
            .map(
                step ->
                    "%s %s@%s".formatted(step.get("step"), step.get("stage"), step.get("variant")))
            .toList());
    var recent = objects(object("/weft/v1/frames").get("recent"));
    assertEquals("queued:0", recent.getFirst().get("frame"));
  }

  @Test
  void aFrameThatWasNotServedInFullIsRememberedLongerThanOthers() throws Exception {
    var late =
        served.post(
            "/v2/models/held/infer",
            """
            {"parameters": {"timeout": 1000},
            "inputs": [{"name": "x", "datatype": "FP32", "shape": [1], "data": [1]}]}\
            """);
    assertEquals(504, late.statusCode(), late::body);
    var frame = late.headers().firstValue("Weft-Frame").orElseThrow();
    for (var i = 0; i < 100; i++) {
      infer("log", "x");
    }
    assertEquals("deadline-exceeded", object("/weft/v1/explain/" + frame).get("reason"));
    var lists = object("/weft/v1/frames");
    assertEquals(frame, objects(lists.get("lacking")).getFirst().get("frame"));
    assertEquals(64, objects(lists.get("recent")).size());
  }

  @Test
  void whatIsRefusedAtTheDoorHasNoId() throws Exception {
    var refused = served.post("/v2/models/echo/infer", Served.floats("x", "[1, 3]", "[1, 2, 3]"));
    assertEquals(400, refused.statusCode());
    assertTrue(refused.headers().firstValue("Weft-Frame").isEmpty());
  }

  @Test
  void deploymentsSwapsAndShedsAreEvents() throws Exception {
    var queued = served.weft.load(Files.writeString(folder.resolve("q.yaml"), QUEUED)).getFirst();
    awaitEvent("queued deployed: slow@a, slow@a");
    queued.swap("first", "b").join();
    awaitEvent("queued/first runs slow@b (before: slow@a)");
    var held =
        served.client.sendAsync(
            served.request("/v2/models/held/infer", Served.floats("x", "[1]", "[1]")),
            BodyHandlers.ofString());
    HeldFactory.BEGUN.acquire();
    assertEquals(429, infer("held", "x").statusCode());
    awaitEvent("held begins to drop interactive frames: in-flight-limit");
    queued.unload();
    awaitEvent("queued unloaded");
    HeldFactory.PERMITS.release(100);
    assertEquals(200, held.get().statusCode());
  }

  private void awaitEvent(String said) {
    Served.await(
        said,
        () -> {
          try {
            return objects(object("/weft/v1/events").get("events")).stream()
                .anyMatch(event -> said.equals(event.get("subject") + " " + event.get("sentence")));
          } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
          }
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"echo:999", "nosuch:0", "echo", "echo:", "echo:x", ":", "%2e%2e"})
  void aFrameThatIsNotRememberedIsNotFound(String frame) throws Exception {
    assertEquals(404, served.get("/weft/v1/explain/" + frame).statusCode());
  }

  @Test
  void rolloutsThatAreOffAreToldAndCannotBeChanged() throws Exception {
    assertEquals(Map.of("offered", false, "rollouts", List.of()), object("/weft/v1/rollouts"));
    var refused = served.post("/weft/v1/rollouts/s/abort", "{\"reason\": \"a test\"}", OWN);
    assertEquals(409, refused.statusCode());
    assertTrue(refused.body().contains("--rollouts FOLDER"), refused::body);
  }

  @Test
  void aChangeThatAForeignPageCouldSendIsRefused() throws Exception {
    var body = "{\"reason\": \"a test\"}";
    for (var headers :
        List.of(
            new String[] {"Content-Type", "application/json"},
            new String[] {"X-Weft-Request", "x", "Content-Type", "text/plain"},
            new String[] {"X-Weft-Request", "x"})) {
      var refused = served.post("/weft/v1/rollouts/s/abort", body, headers);
      assertEquals(403, refused.statusCode());
      assertTrue(refused.body().contains("\"code\":\"foreign\""), refused::body);
      assertTrue(refused.headers().firstValue("Access-Control-Allow-Origin").isEmpty());
    }
    var preflight =
        HttpRequest.newBuilder(served.uri("/weft/v1/rollouts/s/abort"))
            .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
            .build();
    assertEquals(405, served.client.send(preflight, BodyHandlers.ofString()).statusCode());
  }

  @Test
  void aSiteWhoseNameLeadsHereIsRefused() throws IOException {
    var answer =
        served.raw(
            "GET /weft/v1/pipelines HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");

    assertTrue(answer.startsWith("HTTP/1.1 403"), answer);
    assertTrue(answer.contains("\"code\":\"foreign\""), answer);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "{\"reason\": \" \"}", "{\"reason\": 7}", "[]", "nothing"})
  void aChangeWithoutAReasonIsRefused(String body) throws Exception {
    var refused = served.post("/weft/v1/rollouts/s/pause", body, OWN);
    assertEquals(400, refused.statusCode(), refused::body);
    assertFalse(refused.body().isEmpty());
  }

  @Test
  void aReasonThatIsTooLongIsRefused() throws Exception {
    var long301 = "{\"reason\": \"%s\"}".formatted("x".repeat(301));
    assertEquals(400, served.post("/weft/v1/rollouts/s/pause", long301, OWN).statusCode());
    var huge = "{\"reason\": \"%s\"}".formatted("x".repeat(10_000));
    assertEquals(413, served.post("/weft/v1/rollouts/s/pause", huge, OWN).statusCode());
  }

  @Test
  void thePageAllowsNothingFromElsewhereAndIsAskedForAgain() throws Exception {
    for (var path : List.of("/", "/ui", "/ui/")) {
      var page = served.get(path);
      assertEquals(200, page.statusCode());
      assertEquals(
          "text/html; charset=utf-8", page.headers().firstValue("Content-Type").orElse(""));
      assertEquals("no-cache", page.headers().firstValue("Cache-Control").orElse(""));
      var policy = page.headers().firstValue("Content-Security-Policy").orElse("");
      assertTrue(policy.startsWith("default-src 'none'; script-src 'self'"), policy);
      assertFalse(policy.contains("unsafe"), policy);
      assertTrue(page.body().contains("<title>Weft</title>"), page::body);
      assertFalse(page.body().contains("<script>"), page::body);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/ui/nosuch.js",
        "/ui/assets/nosuch.js",
        "/ui/.hidden",
        "/ui/assets/..%2f..%2fhttp%2fGateway.class",
        "/ui/%2e%2e/http/Gateway.class",
        "/ui/a/b/c",
        "/index.html",
        "/weft",
        "/weft/v1",
        "/weft/v2/pipelines",
        "/weft/v1/rollouts/s/start"
      })
  void whatIsNoFileOfThePageIsNotFound(String path) throws Exception {
    assertEquals(404, served.get(path).statusCode(), path);
  }
}
