package dev.weft.gateway.http;

import static dev.weft.gateway.access.Credentials.as;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.gateway.access.Credentials;
import dev.weft.gateway.protection.Protection;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that clients load and unload, over HTTP. */
class RepositoryTest {

  private static final String MODELS = "/v2/repository/models/";
  private static final String INDEX = "/v2/repository/index";
  private static final String OUT =
      "{\"name\":\"spare\",\"version\":\"1\",\"state\":\"UNAVAILABLE\",\"reason\":\"unloaded\"}";

  @TempDir private Path folder = Path.of("");

  @Test
  void whatIsAskedIsDoneAndTheIndexTellsIt() throws Exception {
    try (var served = Served.start(folder, "")) {
      assertTrue(served.post(INDEX, "").body().contains(OUT), served.post(INDEX, "").body());
      assertFalse(served.post(INDEX, "{\"ready\":true}").body().contains("spare"));
      assertEquals(400, served.post(INDEX, "{\"ready\":\"yes\"}").statusCode());
      // As tritonclient and KServe's agent ask.
      for (var body : List.of("{}", "", "{\"parameters\":{}}")) {
        var loaded = served.post(MODELS + "spare/load", body, "Content-Type", "application/json");
        assertEquals(200, loaded.statusCode(), loaded.body());
        assertEquals("{}", loaded.body());
      }
      assertFalse(served.post(INDEX, "").body().contains(OUT));
      var unload = "{\"parameters\":{\"unload_dependents\":false}}";
      assertEquals(200, served.post(MODELS + "spare/unload", unload).statusCode());
      assertEquals(200, served.post("/v2/repository/here/models/spare/unload", "").statusCode());
      assertTrue(served.post(INDEX, "").body().contains(OUT));
      var events = served.get("/weft/v1/events").body();
      assertTrue(events.contains("'anyone' asked to load model 'spare': started spare"), events);
      assertTrue(events.contains("'anyone' asked to unload model 'spare': as it was"), events);
    }
  }

  @Test
  void whatNoFileHasIsRefusedWithWhatTheyHave() throws Exception {
    try (var served = Served.start(folder, "")) {
      var refused = served.post(MODELS + "none/load", "{}");
      assertEquals(404, refused.statusCode());
      assertEquals(
          "{\"error\":\"model: 'none' (expected: one of [echo, simple, spare])\","
              + "\"code\":\"not-found\"}",
          refused.body());
      var events = served.get("/weft/v1/events").body();
      assertTrue(events.contains("'anyone' asked to load model 'none': refused"), events);
      // As with Triton, what is not there is not there afterwards either.
      assertEquals(200, served.post(MODELS + "none/unload", "{}").statusCode());
      assertEquals(405, served.get(MODELS + "echo/load").statusCode());
    }
  }

  @Test
  void aModelComesFromTheServedFilesOnly() throws Exception {
    try (var served = Served.start(folder, "")) {
      var config = served.post(MODELS + "spare/load", "{\"parameters\":{\"config\":\"{}\"}}");
      assertEquals(400, config.statusCode());
      assertTrue(config.body().contains("parameter 'config'"), config.body());
      assertTrue(config.body().contains("\"code\":\"not-offered\""), config.body());
      var file =
          served.post(MODELS + "spare/load", "{\"parameters\":{\"file:1/model.onnx\":\"AAAA\"}}");
      assertEquals(400, file.statusCode());
      assertTrue(file.body().contains("parameter 'file:1/model.onnx'"), file.body());
      var large =
          served.post(
              MODELS + "spare/load",
              "{\"parameters\":{\"file:1/model.onnx\":\"%s\"}}".formatted("A".repeat(8 << 10)));
      assertEquals(413, large.statusCode());
      assertTrue(large.body().contains("as the served files have it"), large.body());
      for (var body :
          List.of("{\"parameters\":7}", "{\"parameters\":{\"unload_dependents\":1}}", "[]")) {
        assertEquals(400, served.post(MODELS + "spare/unload", body).statusCode(), body);
      }
      assertEquals(
          400, served.post(MODELS + "spare/unload", "{\"parameters\":{\"x\":true}}").statusCode());
      assertEquals(List.of(), served.repository.asked());
      var events = served.get("/weft/v1/events").body();
      for (var noted : List.of("'config'", "'file:1/model.onnx'", "'unload_dependents'", "'x'")) {
        assertTrue(events.contains(": refused: model 'spare': parameter " + noted), events);
      }
    }
  }

  @Test
  void pathTraversalInRepositoryLoadIsRefusedAsANameAndTouchesNothing() throws Exception {
    var outside = Files.writeString(folder.resolve("outside.onnx"), "none of the served files");
    try (var served = Served.start(folder, "")) {
      for (var name :
          List.of(
              "..",
              "..%2Foutside",
              "%2e%2e%2foutside",
              "..%252Foutside",
              "..%5Coutside",
              "%2Fetc%2Fpasswd",
              "a%2Fb",
              "a..b",
              "%00",
              "echo%00.onnx",
              "echo%0A",
              "m%20n",
              "%C3%A9",
              "%FF",
              "..;x=1%2Foutside")) {
        for (var verb : List.of("load", "unload")) {
          var line = "POST %s%s/%s HTTP/1.1\r\n".formatted(MODELS, name, verb);
          var answer =
              served.raw(
                  line + "Host: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
          assertTrue(answer.matches("(?s)HTTP/1.1 4(00|04|05) .*"), line + answer);
          assertTrue(answer.contains("\"error\":"), line + answer);
        }
      }
      var slashes = served.post(MODELS + "a%2Fb/load", "");
      assertTrue(slashes.body().contains("model: 'a/b' (expected: a name of"), slashes.body());
      var events = served.get("/weft/v1/events").body();
      assertTrue(events.contains("asked to unload model 'echo?': refused: model: "), events);
      assertEquals(List.of(), served.repository.asked(), outside.toString());
    }
  }

  @Test
  void onlyWhoMayOperateChangesWhatIsServed() throws Exception {
    var infer = Credentials.key(1);
    var observe = Credentials.key(2);
    var operate = Credentials.key(3);
    var accounts =
        Credentials.access(
            folder,
            Credentials.line(infer, "acme", "infer"),
            Credentials.line(observe, "acme", "observe"),
            Credentials.line(operate, "acme", "operate"));
    try (var served = Served.start(folder, accounts)) {
      for (var verb : List.of("load", "unload")) {
        var path = MODELS + "spare/" + verb;
        assertEquals(401, served.post(path, "").statusCode());
        assertEquals(403, served.post(path, "", as(infer)).statusCode());
        assertEquals(403, served.post(path, "", as(observe)).statusCode());
      }
      assertEquals(List.of(), served.repository.asked());
      assertEquals(200, served.post(MODELS + "spare/load", "", as(operate)).statusCode());
      assertEquals(200, served.post(INDEX, "", as(infer)).statusCode());
      assertEquals(List.of("load spare"), served.repository.asked());
    }
  }

  @Test
  void aPageChangesNothingAndNorDoesAServerThatEnds() throws Exception {
    try (var served = Served.start(folder, "")) {
      var page = served.post(MODELS + "spare/load", "{}", "Origin", "http://localhost");
      assertEquals(403, page.statusCode());
      assertTrue(page.body().contains("\"code\":\"foreign\""), page.body());
      assertTrue(served.gateway.drain(Duration.ofSeconds(20)));
      var ending = served.post(MODELS + "spare/load", "{}");
      assertEquals(503, ending.statusCode());
      assertTrue(ending.body().contains("shutting down"), ending.body());
      assertEquals(503, served.post(MODELS + "echo/unload", "{}").statusCode());
      assertEquals(List.of(), served.repository.asked());
    }
  }

  @Test
  void whatIsServedWithoutFilesIsNeitherLoadedNorUnloadedAndNotAnnounced() throws Exception {
    try (var served = Served.start(folder, "");
        var plain =
            Gateway.start(
                served.weft, served.settings.at("127.0.0.1", 0, false), Protection.none(), "1")) {
      var server = "http://127.0.0.1:" + plain.port();
      var about = HttpRequest.newBuilder(URI.create(server + "/v2")).build();
      assertFalse(
          served.client.send(about, BodyHandlers.ofString()).body().contains("model_repository"));
      for (var verb : List.of("load", "unload")) {
        var uri = URI.create(server + MODELS + "echo/" + verb);
        var refused =
            served.client.send(
                HttpRequest.newBuilder(uri).POST(BodyPublishers.noBody()).build(),
                BodyHandlers.ofString());
        assertEquals(400, refused.statusCode());
        assertTrue(refused.body().contains("\"code\":\"not-offered\""), refused.body());
        assertTrue(refused.body().contains("'weft serve'"), refused.body());
      }
    }
  }
}
