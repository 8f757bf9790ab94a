package dev.weft.gateway.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.json.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProtocolTest {

  private static final String LENGTH = "Inference-Header-Content-Length";
  private static final String SIMPLE = "/v2/models/simple/infer";
  private static final String ECHO = "/v2/models/echo/infer";
  private static final String ROW = "[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15]";

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
  void healthIsTold() throws Exception {
    assertEquals("{\"live\":true}", served.get("/v2/health/live").body());
    var ready = served.get("/v2/health/ready");
    assertEquals(200, ready.statusCode());
    assertEquals("{\"ready\":true}", ready.body());
    assertEquals(
        "{\"name\":\"simple\",\"ready\":true}", served.get("/v2/models/simple/ready").body());
  }

  @Test
  void serverAndModelsTellWhatTheyAre() throws Exception {
    for (var path : List.of("/v2", "/v2/")) {
      var server = Json.readObject(served.get(path).body());
      assertEquals("weft", server.get("name"));
      assertEquals("1.2.3", server.get("version"));
      assertEquals(
          List.of(
              "binary_tensor_data",
              "classification",
              "generate",
              "logging",
              "model_configuration",
              "model_repository",
              "model_repository(unload_dependents)",
              "schedule_policy",
              "sequence",
              "sequence(string_id)",
              "statistics"),
          server.get("extensions"));
    }
    assertEquals(
        "{\"name\":\"echo\",\"versions\":[\"1\"],\"platform\":\"onnx_onnxv1\","
            + "\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[-1,4]}],"
            + "\"outputs\":[{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[-1,4]}]}",
        served.get("/v2/models/echo/versions/1").body());
    assertTrue(served.get("/v2/models/held").body().contains("\"platform\":\"weft_pipeline\""));
    assertEquals(
        "{\"name\":\"text\",\"platform\":\"onnx_onnxv1\",\"max_batch_size\":0,"
            + "\"input\":[{\"name\":\"x\",\"data_type\":\"TYPE_STRING\",\"dims\":[-1]}],"
            + "\"output\":[{\"name\":\"y\",\"data_type\":\"TYPE_STRING\",\"dims\":[-1]}]}",
        served.get("/v2/models/text/config").body());
  }

  @Test
  void theIndexListsAllModels() throws Exception {
    var index = served.post("/v2/repository/index", "{\"ready\":true}").body();
    assertTrue(
        index.startsWith("[{\"name\":\"echo\",\"version\":\"1\",\"state\":\"READY\""), index);
    assertTrue(index.contains("\"simple\""), index);
  }

  @Test
  void anInferenceInJsonAnswersInJson() throws Exception {
    var answer =
        served.post(
            SIMPLE,
            """
            {"id":"42","model_name":"ignored","inputs":[
              {"name":"INPUT0","datatype":"INT32","shape":[1,16],"data":[%s]},
              {"name":"INPUT1","datatype":"INT32","shape":[1,16],"data":%s}],
             "outputs":[{"name":"OUTPUT1"},{"name":"OUTPUT0"}]}\
            """
                .formatted(ROW, ROW));
    assertEquals(200, answer.statusCode(), answer.body());
    assertEquals("application/json", answer.headers().firstValue("content-type").orElse(""));
    assertEquals(
        "{\"model_name\":\"simple\",\"model_version\":\"1\",\"id\":\"42\",\"outputs\":["
            + "{\"name\":\"OUTPUT1\",\"datatype\":\"INT32\",\"shape\":[1,16],"
            + "\"data\":[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]},"
            + "{\"name\":\"OUTPUT0\",\"datatype\":\"INT32\",\"shape\":[1,16],"
            + "\"data\":[0,2,4,6,8,10,12,14,16,18,20,22,24,26,28,30]}]}",
        answer.body());
  }

  @Test
  void binaryGoesBothWays() throws Exception {
    var json =
        """
        {"parameters":{"binary_data_output":true},"inputs":[
          {"name":"x","datatype":"FP32","shape":[1,4],"parameters":{"binary_data_size":16}}]}\
        """
            .getBytes(StandardCharsets.UTF_8);
    var body = joined(json, floats(1, 2, 3, 4.5f));
    var answer = served.post(ECHO, body, LENGTH, Integer.toString(json.length));
    assertEquals(200, answer.statusCode(), () -> new String(answer.body(), StandardCharsets.UTF_8));
    assertEquals(
        "application/octet-stream", answer.headers().firstValue("content-type").orElse(""));
    var length = (int) answer.headers().firstValueAsLong(LENGTH).orElseThrow();
    assertArrayEquals(
        floats(1, 2, 3, 4.5f), Arrays.copyOfRange(answer.body(), length, answer.body().length));
    assertTrue(
        new String(answer.body(), 0, length, StandardCharsets.UTF_8)
            .contains("\"parameters\":{\"binary_data_size\":16}"));
  }

  @Test
  void aRawRequestIsAnsweredInBinary() throws Exception {
    var answer = served.post(ECHO, floats(1, 2, 3, 4, 5, 6, 7, 8), LENGTH, "0");
    var length = (int) answer.headers().firstValueAsLong(LENGTH).orElseThrow();
    assertEquals(32, answer.body().length - length);
  }

  @Test
  void anOutputInBinaryDoesNotNeedABinaryRequest() throws Exception {
    var text =
        """
        {"inputs":[{"name":"x","datatype":"FP32","shape":[1,4],"data":[1,2,3,4]}],
         "outputs":[{"name":"y","parameters":{"binary_data":true}}]}\
        """
            .getBytes(StandardCharsets.UTF_8);
    var answer = served.post(ECHO, text);
    assertTrue(answer.headers().firstValue(LENGTH).isPresent());
  }

  @Test
  void halfPrecisionIsBinaryOnly() throws Exception {
    var json =
        """
        {%s"inputs":[
          {"name":"x","datatype":"FP16","shape":[1,4],"parameters":{"binary_data_size":8}}]}\
        """;
    var asked = json.formatted("\"parameters\":{\"binary_data_output\":true},");
    var good = asked.getBytes(StandardCharsets.UTF_8);
    var answer =
        served.post(
            "/v2/models/half/infer",
            joined(good, new byte[8]),
            LENGTH,
            Integer.toString(good.length));
    assertEquals(200, answer.statusCode());
    var bad = json.formatted("").getBytes(StandardCharsets.UTF_8);
    var refused =
        served.post(
            "/v2/models/half/infer",
            joined(bad, new byte[8]),
            LENGTH,
            Integer.toString(bad.length));
    assertEquals(400, refused.statusCode());
  }

  @Test
  void textsGoThrough() throws Exception {
    var answer =
        served.post(
            "/v2/models/text/infer",
            "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"BYTES\",\"shape\":[2],"
                + "\"data\":[\"où\",\"\"]}]}");
    assertTrue(answer.body().contains("\"data\":[\"où\",\"\"]"), answer.body());
  }

  @Test
  void compressedRequestsAreReadAndAnswersCompressedForWhoTakesThem() throws Exception {
    var rows = 200;
    var data = "[" + "1,2,3,4,".repeat(rows - 1) + "1,2,3,4]";
    var text = Served.floats("x", "[%d,4]".formatted(rows), data);
    var plain = served.post(ECHO, text).body();
    for (var encoding : List.of("gzip", "deflate")) {
      var bytes = new ByteArrayOutputStream();
      try (var out =
          encoding.equals("gzip") ? new GZIPOutputStream(bytes) : new DeflaterOutputStream(bytes)) {
        out.write(text.getBytes(StandardCharsets.UTF_8));
      }
      var answer =
          served.post(
              ECHO, bytes.toByteArray(), "Content-Encoding", encoding, "Accept-Encoding", "gzip");
      assertEquals(200, answer.statusCode(), encoding);
      assertEquals("gzip", answer.headers().firstValue("content-encoding").orElse(""));
      var unzipped = new GZIPInputStream(new ByteArrayInputStream(answer.body())).readAllBytes();
      assertEquals(plain, new String(unzipped, StandardCharsets.UTF_8));
    }
  }

  @Test
  void whatIsThereIsCounted() throws Exception {
    var before = counted("log");
    served.post("/v2/models/log/infer", Served.floats("x", "[1,4]", "[1,2,3,4]"));
    served.post("/v2/models/log/infer", Served.floats("x", "[1,4]", "[1,2,3]"));
    var after = counted("log");
    assertEquals(count(before, "inference_count") + 1, count(after, "inference_count"));
    assertEquals(count(before, "execution_count") + 1, count(after, "execution_count"));
    assertTrue(count(after, "last_inference") > 0);
    assertEquals(1L, timed(after, "success").get("count"));
    assertEquals(1L, timed(after, "fail").get("count"));
    assertTrue((long) field(timed(after, "compute_infer"), "ns") > 0);
    assertTrue(
        (long) field(timed(after, "compute_infer"), "ns")
            < (long) field(timed(after, "success"), "ns"));
    assertTrue(served.get("/v2/models/stats").body().contains("\"name\":\"simple\""));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> counted(String model) throws Exception {
    var stats = Json.readObject(served.get("/v2/models/%s/stats".formatted(model)).body());
    return ((List<Map<String, Object>>) field(stats, "model_stats")).getFirst();
  }

  private static long count(Map<String, Object> stats, String name) {
    return (long) field(stats, name);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> timed(Map<String, Object> stats, String name) {
    var times = (Map<String, Map<String, Object>>) field(stats, "inference_stats");
    return (Map<String, Object>) field(times, name);
  }

  private static Object field(Map<String, ?> object, String name) {
    return Objects.requireNonNull(object.get(name), name);
  }

  private static byte[] joined(byte[] first, byte[] second) {
    var all = new ByteArrayOutputStream();
    all.writeBytes(first);
    all.writeBytes(second);
    return all.toByteArray();
  }

  private static byte[] floats(float... values) {
    var bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (var value : values) {
      bytes.putFloat(value);
    }
    return bytes.array();
  }
}
