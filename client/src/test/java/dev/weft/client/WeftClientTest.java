package dev.weft.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.client.Scripted.Reply;
import dev.weft.client.retry.RetryPolicy;
import dev.weft.client.tensor.Tensor;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client does with the answers of servers, right ones and others. */
class WeftClientTest {

  private static final Map<String, Tensor> X = Map.of("x", Tensor.floats(new float[] {1}, 1));
  private static final Map<String, Tensor> Y = Map.of("y", Tensor.floats(new float[] {2}, 1));
  private static final RetryPolicy AT_ONCE = new RetryPolicy(3, Duration.ZERO, Duration.ZERO);
  private static final Reply BUSY = Reply.of(429, error("queue-full", 1));

  private static String error(String code, int retryAfterMillis) {
    return """
    {"error":"a sentence","code":"%s","retry_after_ms":%d}\
    """
        .formatted(code, retryAfterMillis);
  }

  private static Reply answer(float value) {
    return answer(value, "{}");
  }

  private static Reply answer(float value, String parameters) {
    var json =
        """
        {"model_name":"m","parameters":%s,"outputs":[{"name":"y","datatype":"FP32","shape":[1],\
        "parameters":{"binary_data_size":4}}]}\
        """
            .formatted(parameters);
    var bits = Float.floatToRawIntBits(value);
    var body = new StringBuilder(json);
    for (var i = 0; i < Float.BYTES; i++) {
      body.append((char) (bits >>> (8 * i) & 0xff));
    }
    return Reply.of(
        200, body.toString(), "Inference-Header-Content-Length", Integer.toString(json.length()));
  }

  private static WeftClient client(Scripted server) {
    return WeftClient.connect(server.url(), ClientSettings.DEFAULT.retrying(AT_ONCE));
  }

  private static InferenceException refused(Scripted server, Terms terms) {
    try (var client = client(server)) {
      return assertThrows(InferenceException.class, () -> client.infer("m", X, List.of(), terms));
    }
  }

  @Test
  void aRefusalForWantOfRoomIsWaitedOut() throws Exception {
    try (var server = new Scripted(BUSY, Reply.of(503, error("unavailable", 1)), answer(2));
        var client = client(server)) {
      assertEquals(Y, client.infer("m", X));
      assertEquals(3, server.requests.size());
    }
  }

  @Test
  void anEarlierAnswerTellsItsAge() throws Exception {
    var stale = answer(2, "{\"weft_stale_ms\":\"1500\"}");
    try (var server = new Scripted(answer(2), stale, answer(2, "{\"weft_stale_ms\":\"-1\"}"));
        var client = client(server)) {
      assertEquals(Optional.empty(), client.infer("m", X, List.of(), Terms.DEFAULT).stale());
      var age = client.infer("m", X, List.of(), Terms.DEFAULT).stale();
      assertEquals(Optional.of(Duration.ofMillis(1500)), age);
      assertEquals("bad-answer", refused(server, Terms.DEFAULT).code());
    }
  }

  @Test
  void everyAttemptSaysWhichSpanCalls() throws Exception {
    var parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    try (var server = new Scripted(BUSY, answer(2));
        var client = client(server)) {
      client.infer("m", X, List.of(), Terms.DEFAULT.inTrace(parent));
      client.infer("m", X);
      assertEquals(List.of(parent, parent, "null"), server.parents);
    }
    assertThrows(IllegalArgumentException.class, () -> Terms.DEFAULT.inTrace("00-A-B-01"));
  }

  @Test
  void attemptsEndWithTheServersLastWord() throws Exception {
    try (var server = new Scripted(BUSY)) {
      var problem = refused(server, Terms.DEFAULT);
      assertEquals("queue-full", problem.code());
      assertEquals(429, problem.status());
      assertEquals(Optional.of(Duration.ofMillis(1)), problem.retryAfter());
      assertEquals(3, server.requests.size());
    }
  }

  @Test
  void noAttemptIsMadeThatWouldComeTooLate() throws Exception {
    try (var server = new Scripted(Reply.of(429, "", "Retry-After", "3600"))) {
      var problem = refused(server, Terms.DEFAULT);
      assertEquals("http-429", problem.code());
      assertEquals(Optional.of(Duration.ofHours(1)), problem.retryAfter());
      assertEquals(1, server.requests.size());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"400 invalid", "404 not-found", "429 superseded", "504 deadline-exceeded"})
  void whatWouldGoNoBetterIsNotSentAgain(String said) throws Exception {
    var status = Integer.parseInt(said.substring(0, 3));
    var code = said.substring(4);
    try (var server = new Scripted(Reply.of(status, error(code, 1)))) {
      assertEquals(code, refused(server, Terms.DEFAULT).code());
      assertEquals(1, server.requests.size());
    }
  }

  @Test
  void aRequestThatWasCutOffIsSentAgainUnlessASessionWouldCountItTwice() throws Exception {
    try (var server = new Scripted(Reply.cut(), answer(2));
        var client = client(server)) {
      assertEquals(Y, client.infer("m", X));
    }
    for (var counted :
        List.of(Terms.DEFAULT.inSession("session"), Terms.DEFAULT.inSequence("sequence"))) {
      try (var server = new Scripted(Reply.cut(), answer(2))) {
        var problem = refused(server, counted);
        assertEquals(InferenceException.UNREACHABLE, problem.code());
        assertEquals(1, server.requests.size());
      }
    }
  }

  @Test
  void aSequenceIsOneOnlyWithAnId() {
    assertThrows(IllegalStateException.class, Terms.DEFAULT::starting);
    assertThrows(IllegalStateException.class, Terms.DEFAULT::ending);
    assertThrows(IllegalArgumentException.class, () -> Terms.DEFAULT.inSequence(""));
    assertThrows(IllegalArgumentException.class, () -> Terms.DEFAULT.inSequence("s".repeat(129)));
  }

  @Test
  void nobodyThereIsToldAsThat() throws Exception {
    var server = new Scripted(BUSY);
    server.close();
    assertEquals(InferenceException.UNREACHABLE, refused(server, Terms.DEFAULT).code());
    try (var client = client(server)) {
      assertFalse(client.isReady());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{",
        "{\"outputs\":7}",
        "{\"outputs\":[{\"name\":\"y\"}]}",
        "{\"outputs\":[{\"name\":\"y\",\"datatype\":\"FP32\","
            + "\"parameters\":{\"binary_data_size\":0}}]}",
        "{\"outputs\":[{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[null,0],"
            + "\"parameters\":{\"binary_data_size\":0}}]}",
        "{\"outputs\":[{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[4611686018427387904],"
            + "\"parameters\":{\"binary_data_size\":0}}]}",
        "{\"outputs\":[{\"name\":\"y\",\"parameters\":{\"binary_data_size\":99}}]}",
        "{\"outputs\":[{\"name\":\"y\",\"parameters\":{\"binary_data_size\":-1}}]}",
        "{\"outputs\":[{\"name\":\"y\",\"datatype\":\"FP7\",\"shape\":[0],"
            + "\"parameters\":{\"binary_data_size\":0}}]}",
        "{\"outputs\":[{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[9223372036854775807,4],"
            + "\"parameters\":{\"binary_data_size\":0}}]}"
      })
  void anAnswerThatIsNoneIsToldAsThat(String body) throws Exception {
    try (var server = new Scripted(Reply.of(200, body))) {
      assertEquals(InferenceException.BAD_ANSWER, refused(server, Terms.DEFAULT).code());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "99", "x", "12345678901234567890"})
  void aLengthOfTheJsonThatCannotBeIsToldAsThat(String length) throws Exception {
    try (var server =
        new Scripted(Reply.of(200, "{}", "Inference-Header-Content-Length", length))) {
      assertEquals(InferenceException.BAD_ANSWER, refused(server, Terms.DEFAULT).code());
    }
  }

  @Test
  void anAnswerBeyondTheBoundIsNotTakenNorAskedForAgain() throws Exception {
    var settings = ClientSettings.DEFAULT.retrying(AT_ONCE).takingAtMost(8);
    try (var server = new Scripted(answer(2));
        var client = WeftClient.connect(server.url(), settings)) {
      var problem = assertThrows(InferenceException.class, () -> client.infer("m", X));
      assertEquals(InferenceException.BAD_ANSWER, problem.code());
      assertTrue(String.valueOf(problem.getMessage()).contains("<= 8 bytes"));
      assertEquals(1, server.requests.size());
    }
  }

  @Test
  void anAnswerThatStopsHalfWayEndsWithTheDeadline() throws Exception {
    try (var server = new Scripted(Reply.hanging())) {
      var problem = refused(server, Terms.DEFAULT.within(Duration.ofMillis(200)));
      assertEquals(InferenceException.DEADLINE_EXCEEDED, problem.code());
    }
  }

  @Test
  void closingEndsACallThatWaitsWhereverItDoes() throws Exception {
    for (var reply : List.of(Reply.hanging(), Reply.of(429, error("queue-full", 5_000)))) {
      try (var server = new Scripted(reply)) {
        var client = client(server);
        var call = new FutureTask<>(() -> client.infer("m", X));
        Thread.startVirtualThread(call);
        while (server.requests.isEmpty()) {
          LockSupport.parkNanos(1_000_000);
        }
        client.close();
        var ended = assertThrows(ExecutionException.class, call::get);
        var problem = assertInstanceOf(InferenceException.class, ended.getCause());
        assertEquals(InferenceException.CANCELLED, problem.code());
        var after = assertThrows(InferenceException.class, () -> client.infer("m", X));
        assertEquals(InferenceException.CANCELLED, after.code());
      }
    }
  }

  @Test
  void aTimeBeyondAllMeasureIsNoReasonToFailOtherwise() throws Exception {
    var never = Reply.of(429, error("queue-full", 1).replace(":1}", ":9223372036854775807}"));
    try (var server = new Scripted(never)) {
      assertEquals("queue-full", refused(server, Terms.DEFAULT).code());
    }
    var ever = Duration.ofSeconds(Long.MAX_VALUE);
    assertThrows(IllegalArgumentException.class, () -> ClientSettings.DEFAULT.within(ever));
    assertThrows(IllegalArgumentException.class, () -> Terms.DEFAULT.within(ever));
  }

  @Test
  void withoutADeadlineThePipelinesOwnHolds() throws Exception {
    try (var server = new Scripted(answer(2));
        var client = client(server)) {
      client.infer("m", X);
      assertFalse(server.requests.getFirst().contains("timeout"));
    }
  }

  @Test
  void aKeyIsTakenWithItsEndOfLineAndAWrongOneIsNotTold() throws Exception {
    try (var server = new Scripted(answer(2));
        var client = WeftClient.connect(server.url(), ClientSettings.DEFAULT.withKey("secret\n"))) {
      client.infer("m", X);
      assertEquals(List.of("Bearer secret"), server.credentials);
    }
    try (var client =
        WeftClient.connect("http://127.0.0.1:1", ClientSettings.DEFAULT.withKey("sec\nret"))) {
      var problem = assertThrows(IllegalArgumentException.class, () -> client.infer("m", X));
      assertFalse(String.valueOf(problem.getMessage()).contains("ret"), problem.getMessage());
    }
  }

  record In(float[] x) {}

  record OutBytes(byte[] y) {}

  record OutFloats(float[] y) {}

  @Test
  void anAnswerOfAnotherTypeThanAtFirstIsToldAsThat() throws Exception {
    var metadata =
        """
        {"name":"m-v2","inputs":[{"name":"x","datatype":"FP32","shape":[-1]}],
        "outputs":[{"name":"y","datatype":"%s","shape":[-1]}]}\
        """;
    try (var server = new Scripted(Reply.of(200, metadata.formatted("UINT8")), answer(2));
        var client = client(server)) {
      var model = client.model("m", In.class, OutBytes.class);
      var problem =
          assertThrows(InferenceException.class, () -> model.infer(new In(new float[] {1})));
      assertEquals(InferenceException.BAD_ANSWER, problem.code());
    }
    try (var server = new Scripted(Reply.of(200, metadata.formatted("FP32")), answer(2));
        var client = client(server)) {
      var model = client.model("m", In.class, OutFloats.class);
      assertArrayEquals(new float[] {2}, model.infer(new In(new float[] {1})).y());
      assertEquals("/v2/models/m/infer", server.paths.getLast(), "the name that was asked for");
    }
  }

  @Test
  void termsAndCredentialTravelWithEachAttempt() throws Exception {
    var keys = new AtomicInteger();
    var settings =
        ClientSettings.DEFAULT
            .retrying(AT_ONCE)
            .withCredential(() -> "key-" + keys.incrementAndGet());
    record Visitor(
        String place, Optional<Integer> age, Optional<String> mood, float far, boolean hurries) {}
    var terms =
        Terms.DEFAULT
            .inLane(Terms.Lane.INTERACTIVE)
            .inSession("s")
            .asTenant("t")
            .telling(new Visitor("door", Optional.of(41), Optional.empty(), 1.5f, true));
    try (var server = new Scripted(BUSY, answer(2));
        var client = WeftClient.connect(server.url(), settings)) {
      client.infer("m", X, List.of("y"), terms.within(Duration.ofSeconds(5)));

      assertEquals(List.of("Bearer key-1", "Bearer key-2"), server.credentials);
      var sent = server.requests.getFirst();
      for (var part :
          List.of(
              "\"priority\":2",
              "\"weft_session\":\"s\"",
              "\"weft_tenant\":\"t\"",
              "\"weft_signal_place\":\"door\"",
              "\"weft_signal_age\":41",
              "\"weft_signal_far\":1.5",
              "\"weft_signal_hurries\":true",
              "\"timeout\":")) {
        assertTrue(sent.contains(part), sent);
      }
      assertFalse(sent.contains("mood"), sent);
    }
  }

  @Test
  void aRecordThatTellsNoSignalsIsRefusedWithItsPlace() {
    record Visitor(double distance, Object place) {}
    for (var wrong : List.of(new Visitor(Double.NaN, "door"), new Visitor(1, List.of()))) {
      var problem =
          assertThrows(IllegalArgumentException.class, () -> Terms.DEFAULT.telling(wrong));
      var message = String.valueOf(problem.getMessage());
      assertTrue(
          message.matches("Visitor\\.(distance: NaN|place: \\[\\]) \\(expected: .*"), message);
    }
  }

  @Test
  void signalsThatNoServerTakesAreRefusedAtOnce() {
    for (var wrong : List.<Object>of(1.5f, 3, Double.NaN, List.of())) {
      assertThrows(
          IllegalArgumentException.class,
          () ->
              new Terms(
                  Optional.empty(),
                  Optional.empty(),
                  Optional.empty(),
                  Optional.empty(),
                  Map.of("far", wrong),
                  Optional.empty(),
                  Optional.empty()));
    }
  }

  @Test
  void anInterruptEndsTheWait() throws Exception {
    try (var server = new Scripted(Reply.of(429, error("queue-full", 5_000)));
        var client = client(server)) {
      Thread.currentThread().interrupt();
      var problem = assertThrows(InferenceException.class, () -> client.infer("m", X));
      assertEquals(InferenceException.CANCELLED, problem.code());
      assertTrue(Thread.interrupted(), "the interrupt is kept for the caller");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1:8000",
        "ftp://host",
        "http://",
        "http://host?x=1",
        "http://u:pw@host",
        "http://host:99999"
      })
  void whatIsNoAddressIsRefused(String url) {
    assertThrows(IllegalArgumentException.class, () -> WeftClient.connect(url));
  }
}
