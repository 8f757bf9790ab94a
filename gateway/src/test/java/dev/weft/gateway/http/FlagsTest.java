package dev.weft.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openfeature.contrib.providers.ofrep.OfrepProvider;
import dev.openfeature.contrib.providers.ofrep.OfrepProviderOptions;
import dev.openfeature.sdk.Client;
import dev.openfeature.sdk.ErrorCode;
import dev.openfeature.sdk.ImmutableContext;
import dev.openfeature.sdk.OpenFeatureAPI;
import dev.weft.fabric.json.Json;
import dev.weft.fabric.routing.FlagRule;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Flags over HTTP: set by operators, read by a client of OpenFeature that nobody here wrote. */
class FlagsTest {

  private static final String ALL = "/ofrep/v1/evaluate/flags";
  private static final String ONE = "/ofrep/v1/evaluate/flags/gated.second";
  private static final String[] OWN = {
    "Content-Type", "application/json", "X-Weft-Request", "test"
  };

  private static final String GATED =
      """
      apiVersion: weft/v1
      kind: Stage
      name: slow
      summary: Waits for a test.
      owner: tests@example.org
      uses: test/held
      ---
      apiVersion: weft/v1
      kind: Pipeline
      name: gated
      summary: Waits for a test.
      owner: tests@example.org
      deadline: 60s
      inputs: [{name: x, datatype: FP32, shape: [n]}]
      steps:
        - {name: first, stage: slow, inputs: {x: x}}
        - {name: second, stage: slow, inputs: {x: first.y}, gate: second, standIn: {y: first.y}}
      outputs: {y: second.y}
      gates:
        second: {default: on, summary: A second pass.}
        third: {default: off, stickyBy: tenant}
      """;

  @TempDir private Path folder = Path.of("");

  private Served served;

  @BeforeEach
  void start() throws IOException {
    served = Served.start(folder, "");
    served.weft.load(Files.writeString(folder.resolve("gated.yaml"), GATED));
    HeldFactory.PERMITS.release(10_000);
  }

  @AfterEach
  void close() {
    OpenFeatureAPI.getInstance().clearHooks();
    served.close();
  }

  private Client client() {
    var provider =
        OfrepProvider.constructProvider(
            OfrepProviderOptions.builder()
                .baseUrl("http://127.0.0.1:" + served.gateway.port())
                .build());
    OpenFeatureAPI.getInstance().setProviderAndWait("weft", provider);
    return OpenFeatureAPI.getInstance().getClient("weft");
  }

  private HttpResponse<String> put(String name, String body, String... headers)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(served.uri("/weft/v1/flags/" + name))
            .PUT(BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return served.client.send(request.build(), BodyHandlers.ofString());
  }

  private void set(String rule) throws IOException, InterruptedException {
    var set =
        put("gated.second", "{\"rule\": \"%s\", \"reason\": \"a test\"}".formatted(rule), OWN);
    assertEquals(200, set.statusCode(), set::body);
  }

  private String skipped(String session) throws IOException, InterruptedException {
    var answer =
        served.post(
            "/v2/models/gated/infer",
            """
            {"parameters": {"weft_session": "%s"},
            "inputs": [{"name": "x", "datatype": "FP32", "shape": [1], "data": [1]}]}\
            """
                .formatted(session));
    assertEquals(200, answer.statusCode(), answer::body);
    return Json.readObject(answer.body()).get("parameters") instanceof Map<?, ?> told
        ? String.valueOf(told.get("weft_skipped"))
        : "none";
  }

  @Test
  void aForeignClientReadsWhatTheNextRequestMeets() throws Exception {
    var client = client();
    assertTrue(client.getBooleanValue("gated.second", false));
    assertEquals("none", skipped("s"));

    set("off");
    var off = client.getBooleanDetails("gated.second", true);
    assertFalse(off.getValue());
    assertEquals("STATIC", off.getReason());
    assertEquals("off", off.getVariant());
    assertEquals("second", skipped("s"));

    set("50%");
    for (var i = 0; i < 40; i++) {
      var session = "user-" + i;
      var told = client.getBooleanDetails("gated.second", false, new ImmutableContext(session));
      assertEquals("SPLIT", told.getReason());
      assertEquals(told.getValue() ? "none" : "second", skipped(session), session);
    }

    set("default");
    assertEquals("DEFAULT", client.getBooleanDetails("second", false).getReason());
  }

  @Test
  void aForeignClientIsToldWhatIsWrong() throws Exception {
    var client = client();
    var missing = client.getBooleanDetails("gated.nosuch", true);
    assertTrue(missing.getValue());
    assertEquals(ErrorCode.FLAG_NOT_FOUND, missing.getErrorCode());
    assertEquals(
        ErrorCode.TYPE_MISMATCH, client.getStringDetails("gated.second", "x").getErrorCode());
    set("50%");
    assertEquals("TARGETING_KEY_MISSING", failed(400, ONE, "{}"));
    // This client takes every 400 for the same.
    assertEquals(
        ErrorCode.INVALID_CONTEXT, client.getBooleanDetails("gated.second", true).getErrorCode());
  }

  @Test
  void allFlagsComeAtOnceAndAgainOnlyWhenOneChanged() throws Exception {
    var first = served.post(ALL, "{}");
    assertEquals(200, first.statusCode());
    var tag = first.headers().firstValue("ETag").orElseThrow();
    assertEquals(
        "{\"flags\":[{\"key\":\"gated.second\",\"value\":true,\"variant\":\"on\",\"reason\":"
            + "\"DEFAULT\",\"metadata\":{\"flag\":\"gated.second\",\"rule\":\"on\",\"stickyBy\":"
            + "\"session\"}},{\"key\":\"gated.third\",\"value\":false,\"variant\":\"off\","
            + "\"reason\":\"DEFAULT\",\"metadata\":{\"flag\":\"gated.third\",\"rule\":\"off\","
            + "\"stickyBy\":\"tenant\"}}]}",
        first.body());
    var same = served.post(ALL, "{}", "If-None-Match", tag);
    assertEquals(304, same.statusCode());
    assertEquals("", same.body());
    assertEquals(Optional.of(tag), same.headers().firstValue("ETag"));
    set("off");
    var changed = served.post(ALL, "{}", "If-None-Match", tag);
    assertEquals(200, changed.statusCode());
    assertNotEquals(tag, changed.headers().firstValue("ETag").orElseThrow());
  }

  @Test
  void whatCannotBeEvaluatedIsSaidInTheFormOfOfrep() throws Exception {
    assertEquals("PARSE_ERROR", failed(400, ONE, "{"));
    assertEquals("INVALID_CONTEXT", failed(400, ONE, "{\"context\": 1}"));
    assertEquals("INVALID_CONTEXT", failed(400, ALL, "{\"context\": 1}"));
    assertEquals("FLAG_NOT_FOUND", failed(404, ALL + "/nosuch", "{}"));
    assertEquals("FLAG_NOT_FOUND", failed(404, ALL + "/a/b", "{}"));
    var large = "{\"context\": {\"x\": \"%s\"}}".formatted("x".repeat(70_000));
    assertEquals(413, served.post(ONE, large).statusCode());
    assertEquals(405, served.get(ONE).statusCode());
    assertEquals(404, served.post("/ofrep/v1/evaluate", "{}").statusCode());
    assertEquals(404, served.post("/ofrep/v1/configuration", "{}").statusCode());
  }

  private Object failed(int status, String path, String body) throws Exception {
    var answer = served.post(path, body);
    assertEquals(status, answer.statusCode(), answer::body);
    return Json.readObject(answer.body()).getOrDefault("errorCode", "none");
  }

  @Test
  void aChangeIsToldWithWhoAndWhyAndSeenInTheListTheEventsAndTheFrame() throws Exception {
    set("off");
    var one = Json.readObject(served.get("/weft/v1/flags/second").body());
    assertEquals("off", one.get("rule"));
    assertEquals("on", one.get("declared"));
    assertEquals("an operator", one.get("by"));
    assertEquals("a test", one.get("reason"));
    assertEquals(List.of("second"), one.get("steps"));
    var all = served.get("/weft/v1/flags");
    assertTrue(all.body().contains("\"flag\":\"gated.third\",\"rule\":\"off\""), all::body);
    var events = served.get("/weft/v1/events").body();
    assertTrue(events.contains("an operator set it to off (before: on): a test"), () -> events);
    var frame = "gated:0";
    skipped("s");
    var explained = served.get("/weft/v1/explain/" + frame).body();
    assertTrue(
        explained.contains(
            "{\"step\":\"second\",\"reason\":\"gate-off\",\"flag\":\"gated.second\","
                + "\"value\":false,\"rule\":\"off, as set\"}"),
        () -> explained);
  }

  @Test
  void aChangeThatAForeignPageCouldSendIsRefused() throws Exception {
    var body = "{\"rule\": \"off\"}";
    assertEquals(403, put("gated.second", body, "Content-Type", "application/json").statusCode());
    assertEquals(403, put("gated.second", body, "X-Weft-Request", "x").statusCode());
    assertEquals(FlagRule.ON, served.weft.flags().find("gated.second").flag().rule());
    var deleted =
        HttpRequest.newBuilder(served.uri("/weft/v1/flags/gated.second")).DELETE().build();
    var refused = served.client.send(deleted, BodyHandlers.ofString());
    assertEquals(405, refused.statusCode());
    assertEquals(Optional.of("GET, PUT"), refused.headers().firstValue("Allow"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "[]",
        "{\"rule\": \"maybe\"}",
        "{\"rule\": \"101%\"}",
        "{\"rule\": true}",
        "{\"rule\": \"off\", \"reason\": 7}"
      })
  void aChangeThatIsNoneIsRefused(String body) throws Exception {
    assertEquals(400, put("gated.second", body, OWN).statusCode());
    assertEquals(FlagRule.ON, served.weft.flags().find("gated.second").flag().rule());
  }

  @Test
  void aReasonThatIsTooLongAndAFlagThatIsNotThereAreRefused() throws Exception {
    var body = "{\"rule\": \"off\", \"reason\": \"%s\"}";
    assertEquals(400, put("gated.second", body.formatted("x".repeat(301)), OWN).statusCode());
    assertEquals(413, put("gated.second", body.formatted("x".repeat(9_000)), OWN).statusCode());
    assertEquals(404, put("gated.nosuch", "{\"rule\": \"off\"}", OWN).statusCode());
    assertEquals(404, served.get("/weft/v1/flags/nosuch").statusCode());
  }
}
