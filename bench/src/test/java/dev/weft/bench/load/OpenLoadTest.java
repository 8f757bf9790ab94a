package dev.weft.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.manifest.Lane;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class OpenLoadTest {

  private static final Terms TERMS = Terms.of(Lane.INTERACTIVE, Duration.ofSeconds(10));
  private static final Target AT_ONCE =
      (_, ended) -> {
        ended.accept(Outcome.COMPLETED);
        return () -> {};
      };
  private static final Target NEVER = (_, _) -> () -> {};

  @Test
  void everyCallOfTheMeasuredPartIsOfferedOnce() throws InterruptedException {
    var calls = new AtomicInteger();
    Target counting =
        (call, ended) -> {
          calls.incrementAndGet();
          return AT_ONCE.submit(call, ended);
        };
    var result = load(100, 100, stream("a", 1_000, TERMS, counting)).run().stream("a");

    assertEquals(200, calls.get());
    assertEquals(100, result.offeredCount());
    assertEquals(100, result.inDeadlineCount());
    assertEquals(100, Arrays.stream(result.series().offered()).sum());
    assertEquals(100, Arrays.stream(result.series().completed()).sum());
    assertEquals(1_000, result.goodputPerSecond(), 1e-6);
  }

  @Test
  void whateverTheOutcomesOfferedIsTheSumOfAll() throws InterruptedException {
    var seed = new Random().nextLong();
    var random = new Random(seed);
    var outcomes =
        List.of(
            Optional.of(Outcome.COMPLETED),
            Optional.of(Outcome.dropped("FULL")),
            Optional.of(Outcome.failed("BROKEN")),
            Optional.<Outcome>empty());
    try (var threads = Executors.newScheduledThreadPool(3)) {
      Target mixed =
          (_, ended) -> {
            var outcome = outcomes.get(random.nextInt(outcomes.size()));
            outcome.ifPresent(
                given ->
                    threads.schedule(
                        () -> ended.accept(given), random.nextInt(30), TimeUnit.MILLISECONDS));
            return () -> {};
          };
      var impatient = TERMS.cancelledAfter(Duration.ofMillis(15));
      var result =
          load(0, 300, stream("calm", 500, TERMS, mixed), stream("hasty", 700, impatient, mixed))
              .run();

      for (var stream : result.streams()) {
        assertEquals(
            stream.offeredCount(),
            stream.completedCount()
                + stream.droppedCount()
                + stream.failedCount()
                + stream.cancelledCount()
                + stream.unansweredCount(),
            "seed " + seed + ", " + stream);
        assertEquals(
            stream.droppedCount() + stream.failedCount(),
            stream.byReason().values().stream().mapToLong(Long::longValue).sum());
        assertEquals(stream.completedCount(), stream.latency().getTotalCount());
      }
      assertEquals(150, result.stream("calm").offeredCount());
      assertEquals(210, result.stream("hasty").offeredCount());
      assertEquals(0, result.stream("hasty").unansweredCount(), "seed " + seed);
    }
  }

  @Test
  void aStallIsChargedToAllWhoWouldHaveComeMeanwhile() throws InterruptedException {
    var first = new AtomicInteger();
    Target stalling =
        (call, ended) -> {
          if (first.getAndIncrement() == 0) {
            spin(Duration.ofMillis(100));
          }
          return AT_ONCE.submit(call, ended);
        };
    var result = load(0, 200, stream("a", 1_000, TERMS, stalling)).run();

    var late = result.stream("a").latency().getCountBetweenValues(10_000_000, Long.MAX_VALUE / 2);
    assertTrue(late >= 80, "later than 10 ms: " + late);
    assertFalse(result.isValid());
    assertTrue(result.generator().contains("INVALID"), result.generator());
  }

  @Test
  void answersAfterTheDeadlineAreNoGoodput() throws InterruptedException {
    var terms = Terms.of(Lane.PERCEPTION, Duration.ofMillis(1));
    Target slow =
        (call, ended) -> {
          spin(Duration.ofMillis(2));
          return AT_ONCE.submit(call, ended);
        };
    var result = load(0, 100, stream("a", 100, terms, slow)).run().stream("a");

    assertEquals(10, result.completedCount());
    assertEquals(0, result.inDeadlineCount());
    assertEquals(1, result.missedShare());
  }

  @Test
  void callersWhoGiveUpCancelTheirCalls() throws InterruptedException {
    var cancelled = new AtomicInteger();
    Target silent = (_, _) -> cancelled::incrementAndGet;
    var terms = TERMS.cancelledAfter(Duration.ofMillis(5));
    var result = load(0, 100, stream("a", 200, terms, silent)).run().stream("a");

    assertEquals(20, result.cancelledCount());
    assertEquals(20, cancelled.get());
  }

  @Test
  void whatIsNeverAnsweredStaysOpenAndEndsTheLoadAllTheSame() throws InterruptedException {
    var result = load(0, 50, stream("a", 100, TERMS, NEVER)).run().stream("a");

    assertEquals(5, result.unansweredCount());
  }

  @Test
  void aMistakenRateIsBounded() throws InterruptedException {
    var extent =
        new OpenLoad.Extent(Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(1), 25);
    var result = new OpenLoad(extent, List.of(stream("a", 1e6, TERMS, AT_ONCE))).run();

    assertEquals(25, result.stream("a").offeredCount());
  }

  @Test
  void eventsRunWhenTheirTimeHasCome() throws InterruptedException {
    var happened = new CountDownLatch(2);
    load(20, 50, stream("a", 10, TERMS, AT_ONCE))
        .at(Duration.ZERO, happened::countDown)
        .at(Duration.ofMillis(60), happened::countDown)
        .run();

    assertEquals(0, happened.getCount());
  }

  private static OpenLoad load(int warmUpMillis, int measuredMillis, Stream... streams) {
    return new OpenLoad(
        OpenLoad.Extent.of(
            Duration.ofMillis(warmUpMillis),
            Duration.ofMillis(measuredMillis),
            Duration.ofMillis(200)),
        List.of(streams));
  }

  private static Stream stream(String name, double perSecond, Terms terms, Target target) {
    return new Stream(name, Arrivals.fixed(perSecond), terms, target);
  }

  private static void spin(Duration duration) {
    var end = System.nanoTime() + duration.toNanos();
    while (System.nanoTime() - end < 0) {
      Thread.onSpinWait();
    }
  }
}
