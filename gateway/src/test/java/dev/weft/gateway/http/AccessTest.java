package dev.weft.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.weft.fabric.json.Json;
import dev.weft.gateway.access.ApiKey;
import dev.weft.gateway.access.Credentials;
import dev.weft.gateway.access.Denial;
import dev.weft.gateway.metrics.Exposed;
import dev.weft.gateway.metrics.MetricsSettings;
import java.io.IOException;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is let in by HTTP, with keys and with tokens. */
class AccessTest {

  private static final String ECHO = "/v2/models/echo/infer";
  private static final String GOOD = Served.floats("x", "[1,4]", "[1,2,3,4]");
  private static final ApiKey INFER = Credentials.key(1);
  private static final ApiKey OBSERVE = Credentials.key(2);
  private static final ApiKey ADMIN = Credentials.key(3);
  private static final PublicJsonWebKey ISSUER = Credentials.issuerKey("EC", "main");

  @TempDir private static Path folder = Path.of("");

  private static Served served;
  private static MetricsServer metrics;

  @BeforeAll
  static void start() throws IOException {
    write(folder.resolve("access.yaml"), "");
    served =
        Served.start(
            folder,
            "gateway { access = \"%s\", renew-every = 20ms }"
                .formatted(folder.resolve("access.yaml")));
    var config = ConfigFactory.load();
    metrics =
        MetricsServer.start(
            served.weft,
            GatewaySettings.from(config),
            MetricsSettings.from(config).at(OptionalInt.of(0)),
            served.protection,
            "1.2.3");
  }

  /** The accounts of this test, and more lines of keys. */
  private static void write(Path file, String more) throws IOException {
    Files.writeString(folder.resolve("issuer.jwks"), new JsonWebKeySet(ISSUER).toJson());
    var text =
        Credentials.file(
            Credentials.line(INFER, "acme", "infer"),
            Credentials.line(OBSERVE, "acme", "observe"),
            Credentials.line(ADMIN, "acme", "admin"),
            more,
            "issuers:\n  - {name: \"%s\", audience: %s, keys: issuer.jwks}\n"
                .formatted(Credentials.ISSUER, Credentials.AUDIENCE));
    Files.writeString(file, text);
  }

  @AfterAll
  static void stop() {
    metrics.close();
    served.close();
  }

  private static HttpResponse<String> infer(String credential, String body) throws Exception {
    return served.post(ECHO, body, "Authorization", "Bearer " + credential);
  }

  private static HttpResponse<String> get(String uri, Optional<ApiKey> key) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(uri));
    key.ifPresent(shown -> request.header("Authorization", "Bearer " + shown.shown()));
    return served.client.send(request.build(), BodyHandlers.ofString());
  }

  private static String metricsUri() {
    return "http://127.0.0.1:%d/metrics".formatted(metrics.port().orElseThrow());
  }

  private static String forTenant(String tenant) {
    return GOOD.replace(
        "\"inputs\"", "\"parameters\":{\"weft_tenant\":\"%s\"},\"inputs\"".formatted(tenant));
  }

  @Test
  void whoIsThereIsToldToEverybody() throws Exception {
    assertEquals(200, served.get("/v2/health/live").statusCode());
    assertEquals(200, served.get("/v2/health/ready").statusCode());
  }

  @Test
  void withoutACredentialThereIsNothingElse() throws Exception {
    for (var path : List.of("/v2", "/v2/models/echo", "/v2/models/none", "/v2/models/stats")) {
      unauthenticated(served.get(path));
    }
    unauthenticated(served.post(ECHO, GOOD));
    unauthenticated(get(metricsUri(), Optional.empty()));
  }

  @Test
  void anUnknownKeyReadsAsNoKey() throws Exception {
    var none = served.post(ECHO, GOOD);
    var unknown = infer(Credentials.key(9).shown(), GOOD);
    unauthenticated(unknown);
    assertEquals(none.body(), unknown.body());
    assertEquals(none.headers().map().keySet(), unknown.headers().map().keySet());
  }

  @Test
  void eachRoleMayDoWhatItIsFor() throws Exception {
    assertEquals(200, infer(INFER.shown(), GOOD).statusCode());
    assertEquals(
        200, get(served.uri("/v2/models/echo").toString(), Optional.of(INFER)).statusCode());
    refused(403, "forbidden", infer(OBSERVE.shown(), GOOD));
    var stats = served.uri("/v2/models/echo/stats").toString();
    assertEquals(200, get(stats, Optional.of(OBSERVE)).statusCode());
    refused(403, "forbidden", get(stats, Optional.of(INFER)));
    assertEquals(200, get(metricsUri(), Optional.of(OBSERVE)).statusCode());
    refused(403, "forbidden", get(metricsUri(), Optional.of(INFER)));
    assertEquals(200, infer(ADMIN.shown(), GOOD).statusCode());
  }

  /** There are none, but who may not ask is not told so. */
  @Test
  void whoMayInferMayReadFlagsAndOnlyOperatorsMaySetThem() throws Exception {
    var all = "/ofrep/v1/evaluate/flags";
    var one = "/weft/v1/flags/p.g";
    unauthenticated(served.post(all, "{}"));
    unauthenticated(served.get("/weft/v1/flags"));
    unauthenticated(put(one, Optional.empty()));
    for (var key : List.of(INFER, OBSERVE, ADMIN)) {
      var read = served.post(all, "{}", "Authorization", "Bearer " + key.shown());
      assertEquals(200, read.statusCode(), read.body());
      assertEquals("{\"flags\":[]}", read.body());
    }
    var foreign = "{\"context\": {\"tenant\": \"globex\"}}";
    refused(
        403, "forbidden", served.post(all, foreign, "Authorization", "Bearer " + INFER.shown()));
    var list = served.uri("/weft/v1/flags").toString();
    refused(403, "forbidden", get(list, Optional.of(INFER)));
    assertEquals(200, get(list, Optional.of(OBSERVE)).statusCode());
    refused(403, "forbidden", put(one, Optional.of(INFER)));
    refused(403, "forbidden", put(one, Optional.of(OBSERVE)));
    refused(404, "not-found", put(one, Optional.of(ADMIN)));
  }

  private static HttpResponse<String> put(String path, Optional<ApiKey> key) throws Exception {
    var request =
        HttpRequest.newBuilder(served.uri(path))
            .header("X-Weft-Request", "test")
            .header("Content-Type", "application/json")
            .PUT(BodyPublishers.ofString("{\"rule\": \"off\"}"));
    key.ifPresent(shown -> request.header("Authorization", "Bearer " + shown.shown()));
    return served.client.send(request.build(), BodyHandlers.ofString());
  }

  @Test
  void theTenantIsThatOfTheCredential() throws Exception {
    assertEquals(200, infer(INFER.shown(), GOOD).statusCode());
    assertEquals(200, infer(INFER.shown(), forTenant("acme")).statusCode());
    var foreign = infer(INFER.shown(), forTenant("globex"));
    refused(403, "forbidden", foreign);
    assertTrue(foreign.body().contains("tenant: 'globex' (expected: 'acme'"), foreign.body());
    assertEquals(200, infer(ADMIN.shown(), forTenant("initech")).statusCode());
    var read = Exposed.of(get(metricsUri(), Optional.of(ADMIN)).body());
    assertTrue(read.sum("weft_frames_total", "tenant", "acme") >= 2);
    assertEquals(0, read.sum("weft_frames_total", "tenant", "globex"));
    assertEquals(1, read.sum("weft_frames_total", "tenant", "initech"));
    assertEquals(0, read.sum("weft_frames_total", "tenant", ""));
  }

  @Test
  void aTokenCountsAsLongAsItIsGood() throws Exception {
    var now = Instant.now();
    assertEquals(200, infer(token(claims(now)), GOOD).statusCode());
    var over = claims(now);
    over.setIssuedAt(NumericDate.fromSeconds(now.getEpochSecond() - 600));
    over.setExpirationTime(NumericDate.fromSeconds(now.getEpochSecond() - 60));
    unauthenticated(infer(token(over), GOOD));
    var audience = claims(now);
    audience.setAudience("another");
    unauthenticated(infer(token(audience), GOOD));
    var foreign = Credentials.issuerKey("EC", "main");
    unauthenticated(infer(Credentials.token(claims(now), foreign, "ES256"), GOOD));
    var parts = token(claims(now)).split("\\.");
    unauthenticated(infer("eyJhbGciOiJub25lIiwia2lkIjoibWFpbiJ9." + parts[1] + ".", GOOD));
    refused(403, "forbidden", infer(token(claims(now)), forTenant("globex")));
  }

  private static JwtClaims claims(Instant now) {
    return Credentials.claims("acme", List.of("infer"), now);
  }

  private static String token(JwtClaims claims) {
    return Credentials.token(claims, ISSUER, "ES256");
  }

  @Test
  void twoCredentialsAreNone() throws Exception {
    var right = "Authorization: Bearer %s\r\n".formatted(INFER.shown());
    var wrong = "authorization: Bearer %s\r\n".formatted(Credentials.key(9).shown());
    for (var headers :
        List.of(
            right + right,
            right + wrong,
            wrong + right,
            right.replace("\r\n", ", Bearer " + INFER.shown() + "\r\n"),
            right.replace("Authorization:", "Authorization :"),
            right.replace("Authorization", "Proxy-Authorization"),
            right.replace("Bearer ", "Bearer \r\n "))) {
      var answer =
          served.raw(
              "POST %s HTTP/1.1\r\nHost: localhost\r\n%sContent-Length: %d\r\n\r\n%s"
                  .formatted(ECHO, headers, GOOD.length(), GOOD));
      assertTrue(answer.startsWith("HTTP/1.1 40"), headers + "->\n" + answer);
      assertFalse(answer.contains("\"outputs\""), headers + "->\n" + answer);
    }
  }

  @Test
  void aLongCredentialIsRefusedUnread() throws Exception {
    var before = served.protection.guard().refusals().count(Denial.MALFORMED);
    unauthenticated(infer("a".repeat(9_000), GOOD));
    assertEquals(before + 1, served.protection.guard().refusals().count(Denial.MALFORMED));
  }

  /** What is unread when a connection ends has it reset, and the answer with it. */
  @Test
  void whoSendsAHeadWithoutAnEndIsToldWhyBeforeItsConnectionEnds() throws Exception {
    var endless = infer("a".repeat(100_000), GOOD);
    assertEquals(400, endless.statusCode(), endless.body());
    assertTrue(endless.body().contains("\"error\""), endless.body());
    var goneOn = 0;
    for (var round = 0; round < 5 && goneOn == 0; round++) { // A slow machine may take too long.
      goneOn += isTakenAfterTheAnswer("Authorization: Bearer " + "a".repeat(40_000)) ? 1 : 0;
    }
    assertEquals(1, goneOn, "what was sent after the answer began was refused each time");
  }

  private static boolean isTakenAfterTheAnswer(String head) throws IOException {
    try (var socket = served.connect()) {
      var out = socket.getOutputStream();
      out.write("POST %s HTTP/1.1\r\nHost: localhost\r\n%s".formatted(ECHO, head).getBytes());
      assertEquals("HTTP/1.1 400", new String(socket.getInputStream().readNBytes(12)));
      for (var part = 0; part < 100; part++) {
        out.write(new byte[1_000]);
      }
      return true;
    } catch (SocketException e) {
      return false; // Broken pipe, or reset.
    }
  }

  @Test
  void whatWasSentWithoutACredentialIsNotTakenForTheNextRequest() throws Exception {
    var hidden = "GET /v2/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";
    var answer =
        served.raw(
            "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(ECHO, hidden.length(), hidden));
    assertTrue(answer.startsWith("HTTP/1.1 401 "), answer);
    assertFalse(answer.contains("\"live\""), answer);
  }

  @Test
  void accountsComeAndGoWithoutARestart() throws Exception {
    var key = Credentials.key(4);
    unauthenticated(infer(key.shown(), GOOD));
    var file = folder.resolve("access.yaml");
    var next = folder.resolve("access.next");
    write(next, Credentials.line(key, "acme", "infer"));
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    Served.await("the key is known", () -> status(key) == 200);
    Files.writeString(next, "broken: [");
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    for (var i = 0; i < 20; i++) {
      assertEquals(200, status(key), "what is broken changes nothing");
    }
    write(next, "");
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    Served.await("the key is gone", () -> status(key) == 401);
    assertEquals(200, status(INFER));
  }

  private static int status(ApiKey key) {
    try {
      return infer(key.shown(), GOOD).statusCode();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void refusalsAreCountedByReasonInTheMetrics() throws Exception {
    var before = denied("missing");
    served.client.send(
        HttpRequest.newBuilder(served.uri(ECHO)).POST(BodyPublishers.ofString(GOOD)).build(),
        BodyHandlers.ofString());
    assertEquals(before + 1, denied("missing"));
  }

  private static double denied(String reason) throws Exception {
    return Exposed.of(get(metricsUri(), Optional.of(ADMIN)).body())
        .sum("weft_access_denied_total", "reason", reason);
  }

  private static void unauthenticated(HttpResponse<String> answer) {
    refused(401, "unauthenticated", answer);
    assertEquals(
        "Bearer realm=\"weft\"", answer.headers().firstValue("www-authenticate").orElse(""));
  }

  private static void refused(int status, String code, HttpResponse<String> answer) {
    assertEquals(status, answer.statusCode(), answer.body());
    assertEquals(code, Json.readObject(answer.body()).get("code"), answer.body());
  }
}
