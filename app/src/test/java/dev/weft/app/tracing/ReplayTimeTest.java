package dev.weft.app.tracing;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
        "not replayed within 3 s, of which 3 s went by until what is served let it run (expected: a"
            + " server with less to do, or 'weft replay')",
        refused.getMessage());
  }

  /** As where much was recorded, and reading it took the time. */
  @Test
  void whatDidNotWaitDoesNotBlameFrames() {
    var time = new ReplayTime(MOST, now::get, () -> true);
    time.awaitTurn();
    now.addAndGet(MOST.toNanos() + 1);

    var refused = assertThrows(WeftException.class, time::check);

    assertEquals(ErrorCode.DEADLINE_EXCEEDED, refused.code());
    assertTrue(String.valueOf(refused.getMessage()).contains("of which 0 s"), refused::getMessage);
  }

  @Test
  void itHasItsTimeToTheLastNanosecondUnlessItIsEnded() {
    var time = new ReplayTime(MOST, now::get, () -> true);
    now.addAndGet(MOST.toNanos());
    assertDoesNotThrow(time::awaitTurn);

    time.end();

    assertEquals(ErrorCode.UNAVAILABLE, assertThrows(WeftException.class, time::check).code());
  }
}
