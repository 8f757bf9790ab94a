package dev.weft.gateway.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.weft.fabric.json.Json;
import dev.weft.gateway.metrics.Exposed;
import dev.weft.gateway.metrics.MetricsSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import triton.client.InferInput;
import triton.client.InferenceServerClient;
import triton.client.InferenceServerClient.InferArguments;
import triton.client.pojo.DataType;

/** State between requests over HTTP. */
class SequenceTest {

  private static final String SUM = "/v2/models/sum/infer";

  @TempDir private Path folder = Path.of("");
  private Served served;

  @BeforeEach
  void start() throws IOException {
    served = Served.start(folder, "fabric.sequence { count = 3, tenant-count = 2 }");
    Recurrent.deploy(served.weft, folder);
  }

  /** Leaks are traced: state that nobody gave back fails here. */
  @AfterEach
  void stop() {
    served.close();
  }

  private HttpResponse<String> sum(String parameters, double x) throws Exception {
    return served.post(
        SUM,
        """
        {"parameters":{%s},\
        "inputs":[{"name":"x","datatype":"FP32","shape":[1,1],"data":[%s]}]}\
        """
            .formatted(parameters, x));
  }

  private void answers(double y, String parameters, double x) throws Exception {
    var answer = sum(parameters, x);
    assertEquals(200, answer.statusCode(), answer.body());
    assertEquals(
        List.of(
            Map.of("name", "y", "datatype", "FP32", "shape", List.of(1L, 1L), "data", List.of(y))),
        Json.readObject(answer.body()).get("outputs"));
  }

  private void refuses(int status, String code, String sentence, String parameters)
      throws Exception {
    var answer = sum(parameters, 1);
    assertEquals(status, answer.statusCode(), answer.body());
    assertEquals(code, Json.readObject(answer.body()).get("code"));
    assertTrue(answer.body().contains(sentence), answer.body());
  }

  @Test
  void requestsOfOneSequenceMeetWhatTheOneBeforeLeft() throws Exception {
    for (var id : List.of("7", "18446744073709551615", "\"visit of Ann\"")) {
      answers(8, "\"sequence_id\":%s,\"sequence_start\":true".formatted(id), 8);
      answers(6, "\"sequence_id\":%s".formatted(id), 2);
      answers(3, "\"sequence_id\":%s,\"sequence_end\":true".formatted(id), 0);
      refuses(400, "invalid-input", "unknown (expected: sequence_start", "\"sequence_id\":" + id);
    }
    served.awaitNothingLeased();
  }

  @Test
  void withoutASequenceAModelWithStateAnswersNothing() throws Exception {
    for (var none : List.of("", "\"sequence_id\":0", "\"sequence_id\":\"\"")) {
      refuses(
          400,
          "invalid",
          "parameter 'sequence_id': none (expected: one, as model 'sum' keeps state between",
          none);
    }
    refuses(400, "invalid", "'sequence_start': without 'sequence_id'", "\"sequence_start\":true");
    refuses(400, "invalid", "expected: true or false", "\"sequence_id\":1,\"sequence_end\":1");
    refuses(400, "invalid", "129 characters", "\"sequence_id\":\"%s\"".formatted("s".repeat(129)));
    served.awaitNothingLeased();
  }

  @Test
  void stateIsHiddenFromClientsButNotFromItsConfiguration() throws Exception {
    assertEquals(
        "{\"name\":\"sum\",\"versions\":[\"1\"],\"platform\":\"onnx_onnxv1\","
            + "\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,1]}],"
            + "\"outputs\":[{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[1,1]}]}",
        served.get("/v2/models/sum").body());
    var config = Json.readObject(served.get("/v2/models/sum/config").body());
    assertEquals(
        Map.of(
            "max_sequence_idle_microseconds",
            60_000_000L,
            "state",
            List.of(
                Map.of(
                    "input_name",
                    "h",
                    "output_name",
                    "hN",
                    "data_type",
                    "TYPE_FP32",
                    "dims",
                    List.of(1L, 1L),
                    "initial_state",
                    List.of(
                        Map.of(
                            "data_type",
                            "TYPE_FP32",
                            "dims",
                            List.of(1L, 1L),
                            "zero_data",
                            true,
                            "name",
                            "h"))))),
        config.get("sequence_batching"));
    var without = Json.readObject(served.get("/v2/models/echo/config").body());
    assertFalse(without.containsKey("sequence_batching"));
    for (var body :
        List.of(
            """
            {"parameters":{"sequence_id":1,"sequence_start":true},"inputs":[\
            {"name":"x","datatype":"FP32","shape":[1,1],"data":[1]},\
            {"name":"h","datatype":"FP32","shape":[1,1],"data":[1]}]}\
            """,
            """
            {"parameters":{"sequence_id":1,"sequence_start":true},"inputs":[\
            {"name":"x","datatype":"FP32","shape":[1,1],"data":[1]}],"outputs":[{"name":"hN"}]}\
            """)) {
      var answer = served.post(SUM, body);
      assertEquals(400, answer.statusCode(), answer.body());
      assertTrue(answer.body().matches(".*(: \\[h] |'hN').*(expected: ).*"), answer.body());
    }
  }

  @Test
  void aModelWithoutStateTakesASequenceForASession() throws Exception {
    var answer =
        served.post(
            "/v2/models/echo/infer",
            """
            {"parameters":{"sequence_id":9,"sequence_start":true,"sequence_end":true},"inputs":[\
            {"name":"x","datatype":"FP32","shape":[1,4],"data":[1,2,3,4]}]}\
            """);
    assertEquals(200, answer.statusCode(), answer.body());
  }

  @Test
  void sequencesAreTheirTenantsAndBounded() throws Exception {
    answers(8, "\"sequence_id\":1,\"sequence_start\":true", 8);
    answers(1, "\"sequence_id\":1,\"sequence_start\":true,\"weft_tenant\":\"t\"", 1);
    answers(4, "\"sequence_id\":1", 0);
    refuses(
        400, "invalid-input", "sequence_start", "\"sequence_id\":1,\"weft_tenant\":\"another\"");
    answers(1, "\"sequence_id\":2,\"sequence_start\":true", 1);
    refuses(429, "overloaded", "of this tenant", "\"sequence_id\":3,\"sequence_start\":true");
    var refused = sum("\"sequence_id\":3,\"sequence_start\":true,\"weft_tenant\":\"u\"", 1);
    assertEquals(429, refused.statusCode());
    assertTrue(refused.body().contains("on this node"), refused.body());
    assertEquals("1", refused.headers().firstValue("Retry-After").orElse(""));
  }

  @Test
  void whatTakesItsPlaceKnowsNoSequenceOfBefore() throws Exception {
    answers(8, "\"sequence_id\":1,\"sequence_start\":true", 8);
    served.weft.pipeline("sum").unload();
    Recurrent.deploy(served.weft, folder);
    refuses(400, "invalid-input", "sequence '1' of pipeline 'sum': unknown", "\"sequence_id\":1");
  }

  @Test
  void generateTakesASequenceToo() throws Exception {
    for (var y : List.of("8.0", "12.0")) {
      var isFirst = y.equals("8.0");
      var answer =
          served.post(
              "/v2/models/sum/generate",
              "{\"x\":8,\"sequence_id\":\"g\",\"sequence_start\":%s}".formatted(isFirst));
      assertEquals(200, answer.statusCode(), answer.body());
      assertTrue(answer.body().contains("\"y\":" + y), answer.body());
    }
  }

  @Test
  void tritonsOwnClientKeepsASequence() throws Exception {
    try (var client =
        new InferenceServerClient("127.0.0.1:" + served.gateway.port(), 10_000, 10_000)) {
      for (var i = 0; i < 4; i++) {
        var input = new InferInput("x", new long[] {1, 1}, DataType.FP32);
        input.setData(new float[] {8}, i % 2 == 0);
        var arguments = new InferArguments("sum", List.of(input), List.of());
        arguments.setSequenceId(42);
        arguments.setSequenceStart(i == 0);
        arguments.setSequenceEnd(i == 3);
        var expected = new float[][] {{8}, {12}, {14}, {15}};
        assertArrayEquals(expected[i], client.infer(arguments).getOutputAsFloat("y"));
      }
    }
    refuses(400, "invalid-input", "sequence '42'", "\"sequence_id\":42");
    served.awaitNothingLeased();
  }

  @Test
  void metricsTellHowManyThereAreAndWhatBecameOfThem() throws Exception {
    answers(8, "\"sequence_id\":1,\"sequence_start\":true", 8);
    answers(8, "\"sequence_id\":2,\"sequence_start\":true,\"sequence_end\":true", 8);
    var settings = MetricsSettings.from(ConfigFactory.load()).at(OptionalInt.of(0));
    try (var metrics =
            MetricsServer.start(
                served.weft,
                GatewaySettings.from(ConfigFactory.load()),
                settings,
                served.protection,
                "1.2.3");
        var client = HttpClient.newHttpClient()) {
      var uri = URI.create("http://127.0.0.1:%d/metrics".formatted(metrics.port().orElseThrow()));
      var page = client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
      var read = Exposed.of(page);
      assertEquals(1, read.sum("weft_sequences", "pipeline", "sum"));
      assertEquals(2, read.sum("weft_sequences_started_total", "pipeline", "sum"));
      assertEquals(1, read.sum("weft_sequences_ended_total", "reason", "ended"));
      assertEquals(0, read.sum("weft_sequences_ended_total", "reason", "expired"));
    }
  }
}
