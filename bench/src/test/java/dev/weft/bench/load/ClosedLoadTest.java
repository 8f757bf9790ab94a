package dev.weft.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.manifest.Lane;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ClosedLoadTest {

  private static final Terms TERMS = Terms.of(Lane.INTERACTIVE, Duration.ofSeconds(10));

  @Test
  void noMoreCallsAreInsideThanThereAreCallers() throws InterruptedException {
    var inside = new AtomicInteger();
    var most = new AtomicInteger();
    Target target =
        (_, ended) -> {
          most.accumulateAndGet(inside.incrementAndGet(), Math::max);
          inside.decrementAndGet();
          ended.accept(Outcome.COMPLETED);
          return () -> {};
        };
    var result = ClosedLoad.run(target, TERMS, 3, Duration.ZERO, Duration.ofMillis(100));

    assertTrue(most.get() <= 3, "most inside: " + most);
    assertEquals(3, result.callers());
    assertTrue(result.completedCount() > 0);
    assertEquals(result.completedCount() * 10.0, result.perSecond(), 1e-6);
    assertEquals(result.completedCount(), result.waits().getTotalCount());
    assertEquals(result.waits().getMaxValue() / 1e9, result.slowestSeconds(), 1e-9);
  }

  @Test
  void refusedCallsAreNoThroughput() throws InterruptedException {
    Target refusing =
        (_, ended) -> {
          ended.accept(Outcome.dropped("FULL"));
          return () -> {};
        };
    var result = ClosedLoad.run(refusing, TERMS, 2, Duration.ZERO, Duration.ofMillis(500));

    assertEquals(0, result.completedCount());
    assertTrue(result.refusedCount() > 0);
  }
}
