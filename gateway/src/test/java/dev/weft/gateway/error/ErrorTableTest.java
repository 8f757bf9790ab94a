package dev.weft.gateway.error;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.DropReason;
import dev.weft.fabric.pipeline.Timings;
import dev.weft.gateway.access.AccessException;
import dev.weft.gateway.access.AccessFile;
import dev.weft.gateway.access.Credentials;
import dev.weft.gateway.access.Denial;
import dev.weft.gateway.access.Guard;
import dev.weft.gateway.access.Right;
import dev.weft.gateway.protocol.Fault;
import dev.weft.gateway.protocol.ProtocolException;
import dev.weft.stages.spi.ErrorCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorTableTest {

  @ParameterizedTest
  @CsvSource({
    "INVALID_INPUT, 400, invalid-input", "NOT_FOUND, 404, not-found",
    "OVERLOADED, 429, overloaded", "DEADLINE_EXCEEDED, 504, deadline-exceeded",
    "UNAVAILABLE, 503, unavailable", "STAGE_FAILED, 500, stage-failed",
    "INTERNAL, 500, internal", "OUT_OF_MEMORY, 503, out-of-memory"
  })
  void failuresHaveTheirStatus(ErrorCode code, int status, String name) {
    var answer = ErrorTable.of(code, "why");
    assertEquals(status, answer.status());
    assertEquals(name, answer.code());
    assertEquals("why", answer.message());
  }

  @ParameterizedTest
  @CsvSource({
    "IN_FLIGHT_LIMIT, 429", "DEADLINE_OUT_OF_REACH, 429", "QUEUE_FULL, 429",
    "DEADLINE_EXCEEDED, 504", "UNLOADING, 503", "UNPAIRED, 400"
  })
  void dropsHaveTheirStatus(DropReason reason, int status) {
    assertEquals(status, ErrorTable.of(dropped(reason, Optional.empty())).status());
  }

  @Test
  void everyReasonHasACodeOfItsOwnAndAStatusOfAnError() {
    var statuses = new HashMap<String, Integer>();
    for (var reason : DropReason.values()) {
      put(statuses, ErrorTable.of(dropped(reason, Optional.empty())));
    }
    for (var fault : Fault.values()) {
      put(statuses, ErrorTable.of(new ProtocolException(fault, "why")));
    }
    for (var code : ErrorCode.values()) {
      var answer = ErrorTable.of(code, "why");
      // A passed deadline is the same to a client, whoever noticed it.
      assertTrue(statuses.getOrDefault(answer.code(), answer.status()) == answer.status());
      assertTrue(answer.status() >= 400 && answer.status() < 600);
    }
  }

  private static void put(HashMap<String, Integer> statuses, ErrorAnswer answer) {
    assertTrue(answer.status() >= 400 && answer.status() < 600);
    assertFalse(statuses.containsKey(answer.code()), answer.code());
    statuses.put(answer.code(), answer.status());
  }

  @Test
  void whoIsTurnedAwayIsToldOneOfTwoKinds(@TempDir Path folder) throws IOException {
    for (var denial : Denial.values()) {
      assertEquals(denial.isForbidden() ? 403 : 401, ErrorTable.status(denial));
    }
    var file =
        Files.writeString(
            folder.resolve("access.yaml"),
            Credentials.file(Credentials.line(Credentials.key(1), "acme", "infer")));
    var accounts = AccessFile.read(file).accounts();
    var guard = new Guard(() -> Optional.of(accounts), InstantSource.system());
    var refusal =
        assertThrows(AccessException.class, () -> guard.admit(Right.INFER, List.of(), "192.0.2.1"));
    var answer = ErrorTable.of(refusal);
    assertEquals(401, answer.status());
    assertEquals("unauthenticated", answer.code());
    assertEquals(Optional.empty(), answer.retryAfter());
  }

  @Test
  void whenToTryAgainIsRoundedUpToSecondsInTheHeaderAndExactInTheBody() {
    var answer =
        ErrorTable.of(dropped(DropReason.QUEUE_FULL, Optional.of(Duration.ofMillis(1200))));
    assertEquals(Optional.of("2"), answer.retryAfterSeconds());
    assertEquals(
        "{\"error\":\"dropped at 'p': the queue is full (expected: try again later)\","
            + "\"code\":\"queue-full\",\"retry_after_ms\":1200}",
        new String(answer.json(), StandardCharsets.UTF_8));
    var soon = ErrorTable.of(dropped(DropReason.QUEUE_FULL, Optional.of(Duration.ofNanos(1))));
    assertEquals(Optional.of("1"), soon.retryAfterSeconds());
    assertEquals(
        Optional.empty(),
        ErrorTable.of(dropped(DropReason.QUEUE_FULL, Optional.empty())).retryAfterSeconds());
  }

  private static Answer.Dropped dropped(DropReason reason, Optional<Duration> retryAfter) {
    return new Answer.Dropped(reason, "p", retryAfter, Timings.none());
  }
}
