package dev.weft.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DuelTest {

  /** Counts its frames; all give {@code result}. */
  private record Counting(AtomicInteger frames, float result) implements Contender {
    @Override
    public Caller newCaller() {
      return () -> {
        frames.incrementAndGet();
        return result;
      };
    }

    @Override
    public void close() {}
  }

  @Test
  void bothSidesRunTheSameNumberOfFramesInEveryRound() {
    var baseline = new Counting(new AtomicInteger(), 1);
    var contender = new Counting(new AtomicInteger(), 1);
    try (var duel = new Duel(baseline, contender, 2)) {
      var rounds = duel.run(new Duel.Extent(3, 4, 5, 6));

      assertEquals(3, rounds.size());
      for (var round : rounds) {
        assertEquals(4 * 5 * 2, round.baseline().frames());
        assertEquals(4 * 5 * 2, round.contender().frames());
        assertTrue(round.contender().cpuMicros() > 0);
      }
      assertEquals(baseline.frames().get(), contender.frames().get());
    }
  }

  @Test
  void contendersThatDisagreeAreNotCompared() {
    var baseline = new Counting(new AtomicInteger(), 1);
    var contender = new Counting(new AtomicInteger(), 2);
    try (var duel = new Duel(baseline, contender, 1)) {
      var problem =
          assertThrows(IllegalStateException.class, () -> duel.run(new Duel.Extent(1, 1, 1, 1)));
      assertEquals("first output: 2.0 (expected: 1.0 as the baseline's)", problem.getMessage());
    }
  }

  @Test
  void percentilesAreThoseOfAllFramesOfARound() {
    var side = new Duel.Side();
    var nanos = new long[100];
    for (var i = 0; i < nanos.length; i++) {
      nanos[i] = (i + 1) * 1_000L;
    }
    side.add(nanos);

    assertEquals(50, side.latencyMicros(50), 0.05);
    assertEquals(99, side.latencyMicros(99), 0.1);
  }
}
