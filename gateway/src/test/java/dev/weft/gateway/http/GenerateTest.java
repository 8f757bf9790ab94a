package dev.weft.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Inferences whose inputs and outputs are fields of plain JSON. */
class GenerateTest {

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
  void textGoesInAndComesOut() throws Exception {
    answers(
        "{\"model_name\":\"text\",\"model_version\":\"1\",\"id\":\"7\",\"y\":\"où\"}",
        generate("text", "{\"text_input\":\"où\",\"id\":\"7\"}"));
    answers(
        "{\"model_name\":\"text\",\"model_version\":\"1\",\"y\":[\"a\",\"b\"]}",
        generate("text", "{\"x\":[\"a\",\"b\"]}"));
  }

  @Test
  void anyModelTakesItsInputsByTheirNames() throws Exception {
    var row = "[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15]";
    var answer = generate("simple", "{\"INPUT1\":%s,\"INPUT0\":[%s]}".formatted(row, row));
    answers(
        "{\"model_name\":\"simple\",\"model_version\":\"1\","
            + "\"OUTPUT0\":[0,2,4,6,8,10,12,14,16,18,20,22,24,26,28,30],"
            + "\"OUTPUT1\":[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]}",
        answer);
    assertTrue(answer.headers().firstValue("Weft-Frame").orElse("").startsWith("simple:"));
    answers(
        "{\"model_name\":\"echo\",\"model_version\":\"1\",\"y\":[1.0,2.0,3.0,4.0,5.0,6.0,7.0,8.5]}",
        generate("echo/versions/1", "{\"x\":[1,2,3,4,5,6,7,8.5]}"));
  }

  @Test
  void otherFieldsAreParameters() throws Exception {
    var answer =
        generate(
            "text",
            "{\"text_input\":\"a\",\"temperature\":0.5,\"stream\":false,"
                + "\"parameters\":{\"weft_session\":\"s\",\"priority\":1,\"max_tokens\":9}}");
    assertEquals(200, answer.statusCode(), answer.body());
    refused(
        "parameter 'weft_session': 0 characters",
        generate("text", "{\"text_input\":\"a\",\"weft_session\":\"\"}"));
    var binary = generate("text", "{\"text_input\":\"a\",\"binary_data_output\":\"yes\"}");
    assertEquals(200, binary.statusCode(), binary.body());
    refused(
        "parameter 'timeout': \\\"soon\\\"",
        generate("text", "{\"text_input\":\"a\",\"parameters\":{\"timeout\":\"soon\"}}"));
  }

  @Test
  void aStreamHasOneEventForItsOneAnswer() throws Exception {
    var answer = served.post("/v2/models/text/generate_stream", "{\"text_input\":\"a\\nb\"}");
    assertEquals(200, answer.statusCode(), answer.body());
    assertEquals("text/event-stream", answer.headers().firstValue("content-type").orElse(""));
    assertEquals(
        "data: {\"model_name\":\"text\",\"model_version\":\"1\",\"y\":\"a\\nb\"}\n\n",
        answer.body());
    refused("no field names an input", served.post("/v2/models/text/generate_stream", "{}"));
  }

  @Test
  void whatAModelDoesNotTakeIsRefusedWithWhatItTakes() throws Exception {
    refused(
        "no field names an input (expected: a JSON object with fields of [x FP32",
        generate("echo", "{\"prompt\":\"a\"}"));
    refused(
        "'text_input': the model has 0 inputs of text", generate("echo", "{\"text_input\":\"a\"}"));
    refused("input 'x': one value (expected: an array of 4", generate("echo", "{\"x\":1}"));
    refused(
        "input 'x': 5 values (expected: 4 for shape [1, 4]",
        generate("echo", "{\"x\":[1,2,3,4,5]}"));
    refused("no JSON object", generate("echo", "[]"));
    refused(
        "input 'INPUT1'",
        generate("simple", "{\"INPUT0\":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16]}"));
    refused("output 'y': NaN at element 0", generate("log", "{\"x\":[-1,1,1,1]}"));
    refused(
        "output 'y': FP16 as numbers (expected: the model to be asked by infer, in binary)",
        generate("half", "{\"x\":[1,2,3,4]}"));
    assertEquals(404, generate("none", "{}").statusCode());
    assertEquals(405, served.get("/v2/models/text/generate").statusCode());
  }

  private static HttpResponse<String> generate(String model, String body) throws Exception {
    return served.post("/v2/models/%s/generate".formatted(model), body);
  }

  private static void answers(String expected, HttpResponse<String> answer) {
    assertEquals(200, answer.statusCode(), answer.body());
    assertEquals(expected, answer.body());
  }

  private static void refused(String sentence, HttpResponse<String> answer) {
    assertEquals(400, answer.statusCode(), answer.body());
    assertTrue(answer.body().contains(sentence), answer.body());
  }
}
