package dev.weft.app.tracing;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weft.fabric.embedded.WeftException;
import dev.weft.stages.spi.ErrorCode;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ReplayTimeTest {

  private static final Duration MOST = Duration.ofSeconds(3);

  private final AtomicLong now = new AtomicLong(5);

  @Test
  void aRunWaitsUntilALoopIsIdle() {
    var looks = new AtomicInteger();
    var time = new ReplayTime(MOST, now::get, () -> looks.incrementAndGet() == 4);

    time.awaitTurn();

    assertEquals(4, looks.get());
  }

  @Test
  void whatDoesNotGetItsTurnInTimeIsRefused() {
    var time =
        new ReplayTime(
            MOST,
            now::get,
            () -> {
              now.addAndGet(MOST.toNanos());
              return false;
            });

    var refused = assertThrows(WeftException.class, time::awaitTurn);

    assertEquals(ErrorCode.DEADLINE_EXCEEDED, refused.code());
    assertEquals(
        "not replayed within 3 s, as frames come first (expected: a server with less to do)",
        refused.getMessage());
  }

  @Test
  void itHasItsTimeToTheLastNanosecondUnlessItIsEnded() {
    var time = new ReplayTime(MOST, now::get, () -> true);
    now.addAndGet(MOST.toNanos());
    assertDoesNotThrow(time::awaitTurn);

    time.end();

    assertEquals(ErrorCode.CANCELLED, assertThrows(WeftException.class, time::check).code());
  }
}
