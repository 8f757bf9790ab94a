package dev.weft.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.embedded.WeftException;
import dev.weft.fabric.json.Json;
import dev.weft.gateway.access.ApiKey;
import dev.weft.gateway.access.Credentials;
import dev.weft.gateway.observatory.Desks;
import dev.weft.gateway.observatory.RememberedFrame;
import dev.weft.gateway.observatory.ReplayDesk;
import dev.weft.stages.spi.ErrorCode;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose frames an operator sees, and who may have one replayed. */
class FrameAccessTest {

  private static final ApiKey ACME = Credentials.key(1);
  private static final ApiKey GLOBEX = Credentials.key(2);
  private static final ApiKey ACME_OBSERVES = Credentials.key(3);
  private static final ApiKey GLOBEX_OPERATES = Credentials.key(4);
  private static final ApiKey ADMIN = Credentials.key(5);
  private static final String GOOD = Served.floats("x", "[1,4]", "[1,2,3,4]");

  @TempDir private static Path folder = Path.of("");

  private static final List<String> REPLAYED = new ArrayList<>();
  private static Served served;

  /** Says what it was asked for. */
  private static final class Desk implements ReplayDesk {
    @Override
    public Map<String, Object> offer(RememberedFrame frame) {
      return Map.of("offered", true);
    }

    @Override
    public String command(RememberedFrame frame) {
      return "./weft replay '/var/buffer'";
    }

    @Override
    public Map<String, Object> replay(RememberedFrame frame, Map<String, String> variants) {
      REPLAYED.add(
          "%s:%d of %s %s".formatted(frame.pipeline(), frame.number(), frame.tenant(), variants));
      if (variants.containsValue("slow")) {
        throw new WeftException(ErrorCode.DEADLINE_EXCEEDED, "a stage still runs");
      }
      return variants.isEmpty() ? Map.of("verdict", "every byte is as recorded") : Map.of();
    }
  }

  @BeforeAll
  static void start() throws Exception {
    var file = folder.resolve("access.yaml");
    Files.writeString(
        file,
        Credentials.file(
            Credentials.line(ACME, "acme", "infer"),
            Credentials.line(GLOBEX, "globex", "infer"),
            Credentials.line(ACME_OBSERVES, "acme", "observe"),
            Credentials.line(GLOBEX_OPERATES, "globex", "operate"),
            Credentials.line(ADMIN, "ops", "admin")));
    served =
        Served.start(
            folder,
            "gateway { access = \"%s\" }".formatted(file),
            new Desks(Optional.empty(), Optional.of(new Desk()), Optional.empty()));
    assertEquals("echo:0", infer(ACME));
    assertEquals("echo:1", infer(GLOBEX));
  }

  @AfterAll
  static void stop() {
    served.close();
  }

  @BeforeEach
  void forget() {
    REPLAYED.clear();
  }

  private static String infer(ApiKey key) throws Exception {
    var answer =
        served.post("/v2/models/echo/infer", GOOD, "Authorization", "Bearer " + key.shown());
    assertEquals(200, answer.statusCode(), answer.body());
    return answer.headers().firstValue("Weft-Frame").orElseThrow();
  }

  private static HttpResponse<String> get(String path, ApiKey key) throws Exception {
    return served.client.send(
        HttpRequest.newBuilder(served.uri(path))
            .header("Authorization", "Bearer " + key.shown())
            .build(),
        BodyHandlers.ofString());
  }

  private static HttpResponse<String> replay(String frame, ApiKey key, String body)
      throws Exception {
    return served.client.send(
        HttpRequest.newBuilder(served.uri("/weft/v1/replay/" + frame))
            .header("Authorization", "Bearer " + key.shown())
            .header("X-Weft-Request", "test")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  @Test
  void onlyFramesOfTheCallersTenantAreListed() throws Exception {
    for (var query : List.of("", "?slow=true", "?pipeline=echo&outcome=completed")) {
      var acme = get("/weft/v1/frames" + query, ACME_OBSERVES).body();
      assertTrue(acme.contains("\"echo:0\""), acme);
      assertFalse(acme.contains("echo:1") || acme.contains("globex"), acme);
      var globex = get("/weft/v1/frames" + query, GLOBEX_OPERATES).body();
      assertTrue(globex.contains("\"echo:1\""), globex);
      assertFalse(globex.contains("echo:0") || globex.contains("acme"), globex);
      var all = get("/weft/v1/frames" + query, ADMIN).body();
      assertTrue(all.contains("\"echo:0\"") && all.contains("\"echo:1\""), all);
    }
  }

  @Test
  void aForeignFrameIsAsIfItWereNotThere() throws Exception {
    assertEquals(200, get("/weft/v1/explain/echo:0", ACME_OBSERVES).statusCode());
    assertEquals(200, get("/weft/v1/explain/echo:1", ADMIN).statusCode());
    var foreign = get("/weft/v1/explain/echo:1", ACME_OBSERVES);
    var none = get("/weft/v1/explain/echo:7", ACME_OBSERVES);
    assertEquals(404, foreign.statusCode());
    assertEquals(none.body(), foreign.body().replace("'echo:1'", "'echo:7'"));
  }

  /** It replays what all tenants had recorded, and says where that is. */
  @Test
  void theCommandWithTheFolderIsForAdmins() throws Exception {
    var shown = get("/weft/v1/explain/echo:1", ADMIN).body();
    assertTrue(shown.contains("\"command\":\"./weft replay '/var/buffer'\""), shown);
    var operates = get("/weft/v1/explain/echo:1", GLOBEX_OPERATES).body();
    assertTrue(operates.contains("\"replay\":{\"offered\":true}"), operates);
    assertFalse(operates.contains("/var/buffer"), operates);
  }

  @Test
  void onlyWhoMayOperateReplaysAndOnlyFramesOfHisTenant() throws Exception {
    assertEquals(403, replay("echo:0", ACME, "{}").statusCode());
    assertEquals(403, replay("echo:0", ACME_OBSERVES, "{}").statusCode());
    assertEquals(404, replay("echo:0", GLOBEX_OPERATES, "{}").statusCode());
    assertEquals(List.of(), REPLAYED);
    assertEquals(200, replay("echo:1", GLOBEX_OPERATES, "{}").statusCode());
    var body = "{\"variants\": {\"echo\": \"other\"}}";
    assertEquals(200, replay("echo:0", ADMIN, body).statusCode());
    assertEquals(List.of("echo:1 of globex {}", "echo:0 of acme {echo=other}"), REPLAYED);
  }

  @Test
  void whoReplayedWhatIsAnEvent() throws Exception {
    replay("echo:1", GLOBEX_OPERATES, "{}");
    var events = get("/weft/v1/events", ADMIN).body();
    var who = "'%s' replayed frame 1 as recorded".formatted(GLOBEX_OPERATES.id());
    assertTrue(events.contains("\"kind\":\"replay\"") && events.contains(who), events);
    replay("echo:1", GLOBEX_OPERATES, "{\"variants\": {\"echo\": \"other\"}}");
    var later = get("/weft/v1/events", ADMIN).body();
    assertTrue(later.contains("frame 1 with {echo=other}: done"), later);
    var slow = replay("echo:1", GLOBEX_OPERATES, "{\"variants\": {\"echo\": \"slow\"}}");
    assertEquals(504, slow.statusCode());
    var last = get("/weft/v1/events", ADMIN).body();
    assertTrue(last.contains("asked to replay frame 1 with {echo=slow}: a stage still"), last);
  }

  @Test
  void aReplayThatAForeignPageCouldAskForOrThatNamesNoVariantIsRefused() throws Exception {
    var foreign =
        served.post("/weft/v1/replay/echo:1", "{}", "Authorization", "Bearer " + ADMIN.shown());
    assertEquals(403, foreign.statusCode());
    for (var body : List.of("{\"variants\": 7}", "{\"variants\": {\"echo\": 7}}", "[]")) {
      assertEquals(400, replay("echo:1", ADMIN, body).statusCode(), body);
    }
    assertEquals(List.of(), REPLAYED);
  }

  @Test
  void aCallerIsToldWhoHeIsAndWhatHeMay() throws Exception {
    var caller = Json.readObject(get("/weft/v1/caller", ACME_OBSERVES).body());
    assertEquals(ACME_OBSERVES.id(), caller.get("name"));
    assertEquals("acme", caller.get("tenant"));
    assertEquals(List.of("observe"), caller.get("roles"));
    assertEquals(List.of("open", "models", "observe"), caller.get("may"));
    assertEquals(403, get("/weft/v1/caller", ACME).statusCode());
  }
}
