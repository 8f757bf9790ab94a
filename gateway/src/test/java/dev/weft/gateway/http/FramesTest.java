package dev.weft.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.json.Json;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The list of the last frames as operators narrow it, and what a frame's explanation has. */
class FramesTest {

  private static final String SPLIT =
      """
      apiVersion: weft/v1
      kind: Stage
      name: pass
      summary: Takes what a test needs.
      owner: tests@example.org
      uses: test/held
      variants: [{name: a}, {name: b}]
      ---
      apiVersion: weft/v1
      kind: Pipeline
      name: split
      summary: Chooses between two.
      owner: tests@example.org
      deadline: 60s
      inputs: [{name: x, datatype: FP32, shape: [n]}]
      steps:
        - {name: first, stage: pass, inputs: {x: x}}
        - {name: second, stage: pass, inputs: {x: first.y}}
      outputs: {y: second.y}
      splits:
        - name: ab
          step: second
          arms: [{name: a, weight: 0}, {name: b, variant: b, weight: 100}]
      """;

  @TempDir private static Path folder = Path.of("");

  private static Served served;

  @BeforeAll
  static void start() throws Exception {
    served = Served.start(folder, "gateway.observatory.frames = 256, fabric.load.enabled = off");
    served.weft.load(Files.writeString(folder.resolve("split.yaml"), SPLIT));
    HeldFactory.PERMITS.release(1 << 10);
    for (var i = 0; i < 5; i++) {
      assertEquals(200, infer("echo", "[1,4]", "[1,2,3,4]", 1).statusCode());
    }
    assertEquals(200, infer("split", "[1]", "[1]", 3).statusCode());
  }

  @AfterAll
  static void stop() {
    served.close();
  }

  private static HttpResponse<String> infer(String model, String shape, String data, int priority)
      throws IOException, InterruptedException {
    var body = Served.floats("x", shape, data);
    return served.post(
        "/v2/models/" + model + "/infer",
        body.replace(
            "{\"inputs\"", "{\"parameters\":{\"priority\":%d},\"inputs\"".formatted(priority)));
  }

  private static List<Map<?, ?>> recent(String query) throws Exception {
    var answer = served.get("/weft/v1/frames" + query);
    assertEquals(200, answer.statusCode(), answer::body);
    return objects(Json.readObject(answer.body()).get("recent"));
  }

  private static List<Map<?, ?>> objects(@Nullable Object list) {
    var found = new ArrayList<Map<?, ?>>();
    if (list instanceof List<?> all) {
      all.forEach(each -> found.add((Map<?, ?>) each));
    }
    return found;
  }

  private static double millis(Map<?, ?> object, String field) {
    return (double) Objects.requireNonNull(object.get(field), object::toString);
  }

  @Test
  void theListIsNarrowedToAPipelineAnOutcomeAndALane() throws Exception {
    var echoes = recent("?pipeline=echo&outcome=completed");
    assertEquals(5, echoes.size());
    assertTrue(echoes.stream().allMatch(each -> "echo".equals(each.get("pipeline"))));
    assertEquals(List.of(), recent("?pipeline=echo&outcome=failed"));
    assertEquals("split:0", recent("?lane=background").getFirst().get("frame"));
    assertEquals(List.of(), recent("?pipeline=nosuch"));
    assertEquals(recent(""), recent("?pipeline=&outcome=&lane=&slow=false"));
  }

  @Test
  void theSlowestComeFirstWhereThatIsWanted() throws Exception {
    var took = recent("?slow=true").stream().map(each -> millis(each, "totalMillis")).toList();
    assertEquals(took.stream().sorted(Comparator.reverseOrder()).toList(), took);
    assertTrue(took.size() >= 6, took.toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ?outcome=lost | outcome: 'lost' (expected: one of completed, dropped, failed)
          ?lane=fast | lane: 'fast' (expected: one of background, interactive, perception, shadow)
          ?slow=7 | slow: '7' (expected: one of false, true)
          ?limit=9 | parameter: 'limit' (expected: one of lane, outcome, pipeline, slow)
          ?lane=shadow&lane=background | lane: 2 times (expected: once)
          """)
  void aWrongParameterIsNamedWithWhatWasExpected(String query, String said) throws Exception {
    var refused = served.get("/weft/v1/frames" + query);
    assertEquals(400, refused.statusCode());
    assertEquals(said, Json.readObject(refused.body()).get("error"));
  }

  @Test
  void aFrameTellsWhatChoseItsVariantsAndWhatItCost() throws Exception {
    var explained = Json.readObject(served.get("/weft/v1/explain/split:0").body());
    var steps = objects(explained.get("steps"));
    assertEquals(
        List.of("first declared a", "second split b"),
        steps.stream()
            .map(each -> each.get("step") + " " + each.get("chosen") + " " + each.get("variant"))
            .toList());
    var cost = steps.stream().mapToDouble(each -> millis(each, "costMillis")).sum();
    assertTrue(
        explained.get("costMillis") instanceof Double all && Math.abs(all - cost) < 0.01,
        explained::toString);
  }

  @Test
  void aFrameTellsWhenEachOfItsStepsBegan() throws Exception {
    var explained = Json.readObject(served.get("/weft/v1/explain/split:0").body());
    var steps = objects(explained.get("steps"));
    var first = steps.getFirst();
    var second = steps.getLast();
    assertTrue(
        millis(first, "startedMillis") >= millis(first, "waitedMillis"), explained::toString);
    assertTrue(
        millis(second, "startedMillis")
            >= millis(first, "startedMillis") + millis(first, "ranMillis") - 0.01,
        explained::toString);
    assertTrue(
        millis(explained, "totalMillis")
            >= millis(second, "startedMillis") + millis(second, "ranMillis") - 0.01,
        explained::toString);
  }

  @Test
  void whereNothingIsRecordedThatIsSaidAndNothingIsReplayed() throws Exception {
    var explained = Json.readObject(served.get("/weft/v1/explain/split:0").body());
    assertTrue(
        explained.get("replay") instanceof Map<?, ?> replay
            && Boolean.FALSE.equals(replay.get("offered")),
        explained::toString);
    var refused =
        served.post(
            "/weft/v1/replay/split:0",
            "",
            "X-Weft-Request",
            "test",
            "Content-Type",
            "application/json");
    assertEquals(409, refused.statusCode());
    assertTrue(refused.body().contains("--trace-folder FOLDER"), refused::body);
  }

  @Test
  void aServerThatIsNoNodeOfAClusterSaysSo() throws Exception {
    assertEquals(Map.of("offered", false), Json.readObject(served.get("/weft/v1/cluster").body()));
  }

  @Test
  void whoeverAsksWithoutAccountsMayDoEverything() throws Exception {
    var caller = Json.readObject(served.get("/weft/v1/caller").body());
    assertEquals(false, caller.get("accounts"));
    assertTrue(
        caller.get("may") instanceof List<?> may && may.contains("operate"), caller::toString);
  }
}
