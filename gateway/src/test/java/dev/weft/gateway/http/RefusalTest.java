package dev.weft.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is refused, with which status and code, and that the server goes on. */
class RefusalTest {

  private static final String ECHO = "/v2/models/echo/infer";
  private static final String GOOD = Served.floats("x", "[1,4]", "[1,2,3,4]");
  private static final String HELD = Served.floats("x", "[1]", "[1]");

  private static Served served;

  @BeforeAll
  static void start(@TempDir Path folder) throws IOException {
    served =
        Served.start(
            folder,
            """
            gateway { body = 64KiB, json = 32KiB, reading = 64KiB, read-timeout = 2s,
                      body-timeout = 1s, connections = 64 }\
            """);
  }

  @AfterAll
  static void stop() {
    served.close();
  }

  @AfterEach
  void theServerGoesOnAndNothingIsLeftOnLease() throws Exception {
    assertEquals(200, served.post(ECHO, GOOD).statusCode());
    served.awaitNothingLeased();
  }

  @Test
  void whatIsNotThereIsNotFound() throws Exception {
    refused(404, "not-found", served.get("/v2/models/none"));
    refused(404, "not-found", served.get("/v2/models/echo/versions/2"));
    refused(404, "not-found", served.get("/v3"));
    refused(404, "not-found", served.get("/v2/models/..%2f..%2fetc%2fpasswd"));
    refused(404, "not-found", served.post("/v2/models/none/infer", GOOD));
    refused(404, "not-found", served.post("/v2/repository/models/none/load", ""));
  }

  @Test
  void anotherMethodIsNotAllowed() throws Exception {
    var answer = served.get(ECHO);
    refused(405, "method-not-allowed", answer);
    assertEquals("POST", answer.headers().firstValue("allow").orElse(""));
    refused(405, "method-not-allowed", served.post("/v2/health/live", ""));
  }

  @Test
  void whatThePipelineDoesNotTakeIsInvalid() throws Exception {
    for (var body :
        List.of(
            "",
            "{",
            Served.floats("z", "[1,4]", "[1,2,3,4]"),
            Served.floats("x", "[1,3]", "[1,2,3]"),
            GOOD.replace("FP32", "FP64"),
            GOOD.replace("\"inputs\"", "\"outputs\":[{\"name\":\"z\"}],\"inputs\""),
            GOOD.replace(
                "\"inputs\"", "\"outputs\":[{\"name\":\"y\"},{\"name\":\"y\"}],\"inputs\""))) {
      var answer = served.post(ECHO, body);
      assertEquals(400, answer.statusCode(), answer.body());
      assertTrue(answer.body().contains("\"code\":\"invalid"), answer.body());
    }
    var header = served.post(ECHO, GOOD, "Inference-Header-Content-Length", "many");
    refused(400, "invalid", header);
  }

  @Test
  void whatIsLargerThanIsReadIsRefusedWhetherItSaysSoOrNot() throws Exception {
    var large = GOOD + " ".repeat(70_000);
    refused(413, "too-large", served.post(ECHO, large));
    for (var i = 0; i < 20; i++) {
      // The answer comes while its client is still sending.
      refused(413, "too-large", served.post(ECHO, GOOD + " ".repeat(3 << 20)));
    }
    var chunked =
        "POST %s HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n".formatted(ECHO);
    var chunk = "4000\r\n" + " ".repeat(0x4000) + "\r\n";
    var answer = served.raw(chunked, chunk, chunk, chunk, chunk, chunk);
    assertTrue(answer.startsWith("HTTP/1.1 413 "), answer);
    // The stack holds a chunk as a whole, so what it says of itself is held against the bound.
    var huge = chunked + "7fffffff\r\n";
    assertTrue(served.raw(huge).startsWith("HTTP/1.1 413 "), served.raw(huge));
    var nowhere = huge.replace(ECHO, "/v2/models/none/infer");
    assertTrue(served.raw(nowhere).startsWith("HTTP/1.1 404 "), served.raw(nowhere));
  }

  @Test
  void aBombIsNotInflatedBeyondWhatIsRead() throws Exception {
    var bytes = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(bytes)) {
      for (var i = 0; i < 1 << 12; i++) {
        out.write(new byte[1 << 12]);
      }
    }
    assertTrue(bytes.size() < 32 << 10, "a bomb is small: " + bytes.size());
    var answer = served.post(ECHO, bytes.toByteArray(), "Content-Encoding", "gzip");
    assertEquals(413, answer.statusCode(), text(answer));
    var broken =
        served.post(ECHO, GOOD.getBytes(StandardCharsets.UTF_8), "Content-Encoding", "gzip");
    assertEquals(400, broken.statusCode());
  }

  @Test
  void anEncodingThatIsNotReadIsRefused() throws Exception {
    var answer = served.post(ECHO, GOOD, "Content-Encoding", "br");
    assertTrue(List.of(400, 415).contains(answer.statusCode()), answer.body());
  }

  @Test
  void requestsThatTwoServersWouldReadDifferentlyAreRefused() throws IOException {
    var head = "POST %s HTTP/1.1\r\nHost: localhost\r\n".formatted(ECHO);
    var hidden = "GET /v2 HTTP/1.1\r\nHost: localhost\r\n\r\n";
    var length = "Content-Length: %d\r\n".formatted(GOOD.length());
    for (var request :
        List.of(
            head + length + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden,
            head + length + "Content-Length: 0\r\n\r\n" + GOOD + hidden,
            head + "Content-Length: 0, %d\r\n\r\n".formatted(GOOD.length()) + GOOD + hidden,
            head + "Content-Length: -1\r\n\r\n" + hidden,
            head + "Content-Length: +5\r\n\r\n12345" + hidden,
            head + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + hidden,
            head + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + hidden,
            head + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + hidden,
            head + "Bad Name: x\r\n\r\n" + hidden)) {
      var answer = served.raw(request);
      assertTrue(answer.startsWith("HTTP/1.1 4"), request + "\n->\n" + answer);
      assertFalse(answer.contains("binary_tensor_data"), request + "\n->\n" + answer);
    }
  }

  @Test
  void aClientThatStopsInTheMiddleIsCutOff() throws IOException {
    var head =
        "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{".formatted(ECHO);
    try (var inBody = served.connect();
        var inLine = served.connect();
        var inHead = served.connect();
        var silent = served.connect()) {
      inBody.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      inLine.getOutputStream().write("GET /v2 HT".getBytes(StandardCharsets.US_ASCII));
      inHead.getOutputStream().write("GET /v2 HTTP/1.1\r\nHo".getBytes(StandardCharsets.US_ASCII));
      for (var socket : List.of(inBody, inLine, inHead, silent)) {
        assertFalse(Served.isTimedOut(socket), "still open: " + socket);
      }
    }
  }

  @Test
  void aBodyThatDripsInIsCutOffAsAWhole() throws IOException {
    try (var socket = served.connect()) {
      var out = socket.getOutputStream();
      var head =
          "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: 30000\r\n\r\n".formatted(ECHO);
      out.write(head.getBytes(StandardCharsets.US_ASCII));
      out.flush();
      var dripping = Thread.ofVirtual().start(() -> drip(out));
      var answer = Served.rest(socket.getInputStream());
      assertTrue(answer.startsWith("HTTP/1.1 408 "), answer);
      dripping.interrupt();
    }
  }

  /** A byte every tenth of a second, until the other side will have no more. */
  private static void drip(OutputStream out) {
    try {
      while (!Thread.interrupted()) {
        out.write(' ');
        out.flush();
        LockSupport.parkNanos(100_000_000);
      }
    } catch (IOException e) {
      return; // Cut off.
    }
  }

  @Test
  void aFullPipelineSaysWhenToTryAgain() throws Exception {
    var first =
        served.client.sendAsync(
            served.request("/v2/models/held/infer", HELD), BodyHandlers.ofString());
    HeldFactory.BEGUN.acquire();
    var refused = served.post("/v2/models/held/infer", HELD);
    refused(429, "in-flight-limit", refused);
    assertEquals("1", refused.headers().firstValue("retry-after").orElse(""));
    HeldFactory.PERMITS.release();
    assertEquals(200, first.get().statusCode());
  }

  @Test
  void aDeadlineThatPassesIsATimeout() throws Exception {
    var body = HELD.replace("\"inputs\"", "\"parameters\":{\"timeout\":200000},\"inputs\"");
    refused(504, "deadline-exceeded", served.post("/v2/models/held/infer", body));
    HeldFactory.BEGUN.acquire();
    Served.await("the stage has ended", () -> served.weft.pipeline("held").inFlight() == 0);
    HeldFactory.PERMITS.drainPermits();
  }

  @Test
  void aClientThatLeavesDoesNotEndItsFrameHalfWay() throws Exception {
    var pipeline = served.weft.pipeline("held");
    var before = pipeline.counters().completedCount();
    try (var socket = served.connect()) {
      var request =
          "POST /v2/models/held/infer HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s"
              .formatted(HELD.length(), HELD);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      HeldFactory.BEGUN.acquire();
    }
    HeldFactory.PERMITS.release();
    Served.await("the frame is through", () -> pipeline.counters().completedCount() == before + 1);
  }

  @Test
  void oneConnectionServesManyRequestsAndEvenPipelinedOnes() throws IOException {
    var request =
        "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(ECHO, GOOD.length(), GOOD);
    var last = "GET /v2/health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    var answers = served.raw(request + request + request + last);
    assertEquals(5, answers.split("HTTP/1.1 200 ", -1).length, answers);
  }

  @Test
  void aBodyThatIsATensorLeavesItsConnectionOpenToo() throws IOException {
    var raw =
        "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: 16\r\n%s: 0\r\n\r\n%s"
            .formatted(ECHO, "Inference-Header-Content-Length", "\0".repeat(16));
    var last = "GET /v2/health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    var answers = served.raw(raw + raw + last);
    assertEquals(4, answers.split("HTTP/1.1 200 ", -1).length, answers);
  }

  @Test
  void whatIsLeftUnreadIsNotTakenForTheNextRequest() throws IOException {
    var hidden = "GET /v2 HTTP/1.1\r\nHost: localhost\r\n\r\n";
    var request =
        "POST /v2/models/none/infer HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(hidden.length(), hidden);
    var answer = served.raw(request);
    assertTrue(answer.startsWith("HTTP/1.1 404 "), answer);
    assertFalse(answer.contains("binary_tensor_data"), answer);
  }

  private static void refused(int status, String code, HttpResponse<String> answer) {
    assertEquals(status, answer.statusCode(), answer.body());
    var object = Json.readObject(answer.body());
    assertEquals(code, object.get("code"), answer.body());
    assertFalse(String.valueOf(object.get("error")).isBlank());
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }
}
