package dev.weft.gateway.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import triton.client.InferInput;
import triton.client.InferRequestedOutput;
import triton.client.InferenceServerClient;
import triton.client.pojo.DataType;

/** Outputs as classes over HTTP. */
class ClassifiedTest {

  private static final String ECHO = "/v2/models/echo/infer";

  private static Served served;

  @BeforeAll
  static void start(@TempDir Path folder) throws IOException {
    served = Served.start(folder, "");
  }

  @AfterAll
  static void stop() {
    served.close();
  }

  @AfterEach
  void nothingIsLeftOnLease() {
    served.awaitNothingLeased();
  }

  @Test
  void classesAreTextInJson() throws Exception {
    var answer = served.post(ECHO, echo("{\"classification\":2}"));
    assertEquals(200, answer.statusCode(), answer.body());
    assertEquals(
        List.of(
            Map.of(
                "name",
                "y",
                "datatype",
                "BYTES",
                "shape",
                List.of(2L, 2L),
                "data",
                List.of("4.0:3", "3.0:1", "9.0:0", "9.0:2"))),
        Json.readObject(answer.body()).get("outputs"));
  }

  @Test
  void classesComeInBinaryToWhoAsksForThat() throws Exception {
    var request = echo("{\"classification\":1,\"binary_data\":true}");
    var answer = served.post(ECHO, request.getBytes(StandardCharsets.UTF_8));
    assertEquals(200, answer.statusCode());
    var expected = "\5\0\0\0004.0:3\5\0\0\0009.0:0".getBytes(StandardCharsets.ISO_8859_1);
    var body = answer.body();
    assertArrayEquals(
        expected, Arrays.copyOfRange(body, body.length - expected.length, body.length));
  }

  @Test
  void anOutputThatJsonCannotCarryCanBeClassifiedInJson() throws Exception {
    var half =
        """
        {"inputs":[{"name":"x","datatype":"FP16","shape":[1,4],\
        "parameters":{"binary_data_size":8}}],\
        "outputs":[{"name":"y","parameters":{"classification":1}}]}\
        """;
    var body = Arrays.copyOf(half.getBytes(StandardCharsets.UTF_8), half.length() + 8);
    body[body.length - 1] = 0x3C;
    var answer =
        served.post(
            "/v2/models/half/infer",
            body,
            "Inference-Header-Content-Length",
            String.valueOf(half.length()));
    var said = new String(answer.body(), StandardCharsets.UTF_8);
    assertEquals(200, answer.statusCode(), said);
    assertTrue(said.contains("\"data\":[\"1.0:3\"]"), said);
  }

  @Test
  void whatCannotBeClassifiedIsRefused() throws Exception {
    refused(ECHO, echo("{\"classification\":0}"), "parameter 'classification': 0 (expected: >= 1)");
    refused(ECHO, echo("{\"classification\":-1}"), "'classification': -1 (expected: a whole");
    refused(ECHO, echo("{\"classification\":\"2\"}"), "'classification': \\\"2\\\" (expected");
    refused(
        "/v2/models/text/infer",
        """
        {"inputs":[{"name":"x","datatype":"BYTES","shape":[1],"data":["a"]}],\
        "outputs":[{"name":"y","parameters":{"classification":1}}]}\
        """,
        "output 'y': classification of BYTES (expected: of numbers)");
  }

  private static void refused(String path, String request, String sentence) throws Exception {
    var answer = served.post(path, request);
    assertEquals(400, answer.statusCode());
    assertTrue(answer.body().contains(sentence), answer.body());
    assertTrue(answer.body().contains("\"code\":\"invalid\""), answer.body());
  }

  @Test
  void tritonsOwnClientAsksForClasses() throws Exception {
    var input = new InferInput("x", new long[] {1, 4}, DataType.FP32);
    input.setData(new float[] {1, 8, 2, 4}, true);
    try (var client =
        new InferenceServerClient("127.0.0.1:" + served.gateway.port(), 10_000, 10_000)) {
      var result =
          client.infer("echo", List.of(input), List.of(new InferRequestedOutput("y", false, 3)));
      var output = result.getResponse().getOutputs().getFirst();
      assertEquals(DataType.BYTES, output.getDatatype());
      assertArrayEquals(new long[] {1, 3}, output.getShape());
      assertArrayEquals(new Object[] {"8.0:1", "4.0:3", "2.0:2"}, output.getData());
    }
  }

  private static String echo(String parameters) {
    return """
    {"inputs":[{"name":"x","datatype":"FP32","shape":[2,4],"data":[1,3,2,4,9,1,9,0]}],\
    "outputs":[{"name":"y","parameters":%s}]}\
    """
        .formatted(parameters);
  }
}
