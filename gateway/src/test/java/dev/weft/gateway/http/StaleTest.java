package dev.weft.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Earlier answers as clients see them. */
class StaleTest {

  private static final String MANIFESTS =
      """
      apiVersion: weft/v1
      kind: Stage
      name: held-stage
      summary: Waits for a test.
      owner: tests@example.org
      uses: test/held
      ---
      apiVersion: weft/v1
      kind: Pipeline
      name: cached
      summary: Waits for a test.
      owner: tests@example.org
      deadline: 60s
      maxInFlight: 1
      fallback: [cached, refuse]
      cached: {by: inputs, maxAge: 1h}
      inputs: [{name: x, datatype: FP32, shape: [n]}]
      steps: [{name: step, stage: held-stage, inputs: {x: x}}]
      outputs: {y: step.y}
      """;

  private static final String INFER = "/v2/models/cached/infer";

  @TempDir private Path folder;

  @Test
  void anAnswerThatWasGivenBeforeTellsItsAgeAndIsNoInference() throws Exception {
    try (var served = Served.start(folder, "")) {
      served.weft.load(Files.writeString(folder.resolve("cached.yaml"), MANIFESTS));
      HeldFactory.PERMITS.release();
      var fresh = served.post(INFER, Served.floats("x", "[1]", "[1]"));
      assertEquals(200, fresh.statusCode(), fresh.body());
      assertFalse(fresh.body().contains("stale"), fresh.body());
      HeldFactory.BEGUN.acquire();

      var inside =
          served.client.sendAsync(
              served.request(INFER, Served.floats("x", "[1]", "[2]")), BodyHandlers.ofString());
      HeldFactory.BEGUN.acquire();
      marked(served.post(INFER, Served.floats("x", "[1]", "[1]")), "\"data\":[1.0]");
      marked(served.post("/v2/models/cached/generate", "{\"x\":[1]}"), "\"y\":1.0");
      var other = served.post(INFER, Served.floats("x", "[1]", "[3]"));
      assertEquals(429, other.statusCode(), other.body());
      HeldFactory.PERMITS.release();
      assertEquals(200, inside.get().statusCode());

      var stats = served.get("/v2/models/cached/stats").body();
      assertTrue(stats.contains("\"inference_count\":2,\"execution_count\":2"), stats);
      assertTrue(stats.contains("\"success\":{\"count\":4,"), stats);
      assertTrue(stats.contains("\"fail\":{\"count\":1,"), stats);
      served.awaitNothingLeased();
    }
  }

  private static void marked(HttpResponse<String> answer, String value) {
    assertEquals(200, answer.statusCode(), answer.body());
    assertTrue(answer.body().matches(".*\"weft_stale_ms\":\"[0-9]+\".*"), answer.body());
    assertTrue(answer.body().contains(value), answer.body());
    assertTrue(answer.headers().firstValue("Weft-Frame").isEmpty());
  }
}
