package dev.weft.fabric.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AdmissionRuleTest {

  private static final long MILLI = 1_000_000;
  private static final ServiceTime FIVE = new ServiceTime(4 * MILLI, 5 * MILLI);

  @Test
  void quantilesAreNeverTooLowAndAtMostAnEighthTooHigh() {
    for (var seed = 0; seed < 200; seed++) {
      var random = new Random(seed);
      var count = 1 + random.nextInt(RecentQuantiles.WINDOW);
      var values = new long[count];
      var recent = new RecentQuantiles();
      for (var i = 0; i < count; i++) {
        values[i] = random.nextLong(1L << 1 + random.nextInt(40));
        recent.add(values[i]);
      }
      Arrays.sort(values);
      for (var q : new double[] {0.01, 0.5, 0.95, 1}) {
        var exact = values[(int) Math.ceil(q * count) - 1];
        var told = recent.quantile(q);
        assertTrue(told >= exact && told <= exact * 1.125, "seed %d: %s".formatted(seed, told));
      }
      assertEquals(Arrays.stream(values).sum() / count, recent.mean(), "seed " + seed);
    }
  }

  @Test
  void whatWasPromisedStandsInUntilEightRunsWereSeen() {
    var profile = new ServiceProfile(Optional.of(9 * MILLI));
    for (var run = 0; run < ServiceProfile.RUNS_MIN - 1; run++) {
      profile.ran(1, MILLI);
      assertEquals(9 * MILLI, profile.frame().p95Nanos());
    }
    profile.ran(1, MILLI);
    assertEquals(MILLI, profile.frame().meanNanos());
    assertEquals(ServiceTime.NONE, new ServiceProfile(Optional.empty()).frame());
  }

  @Test
  void eachBatchSizeIsPublishedWhicheverRanLast() {
    var profile = new ServiceProfile(Optional.of(9 * MILLI));
    for (var run = 0; run < 64; run++) {
      profile.ran(run % 8 == 7 ? 4 : 1, run % 8 == 7 ? 3 * MILLI : MILLI);
    }
    assertEquals(MILLI, profile.runP95Nanos(1), MILLI / 8);
    assertEquals(3 * MILLI, profile.runP95Nanos(4), 3 * MILLI / 8);
    assertEquals(6 * MILLI, profile.runP95Nanos(8), 6 * MILLI / 8);
  }

  @Test
  void whatFitsIsLetInWhenNothingIsBeforeIt() {
    assertEquals(Optional.empty(), AdmissionRule.retryAfter(0, FIVE, 6 * MILLI));
    assertEquals(
        Optional.of(Duration.ofMillis(6)), AdmissionRule.retryAfter(20 * MILLI, FIVE, 20 * MILLI));
    assertEquals(
        Optional.of(Duration.ofMillis(1)),
        AdmissionRule.retryAfter(MILLI, FIVE, FIVE.p95Nanos() + MILLI));
  }

  /** Whatever is ahead: waiting does not help, and only a probe now and then can show better. */
  @Test
  void whatTakesLongerThanItHasIsToldWhenTheNextProbeIs() {
    assertTrue(AdmissionRule.isHopeless(FIVE, FIVE.p95Nanos()));
    assertEquals(Optional.of(AdmissionRule.PROBE_EVERY), AdmissionRule.retryAfter(0, FIVE, MILLI));
    assertEquals(
        Optional.of(AdmissionRule.PROBE_EVERY), AdmissionRule.retryAfter(MILLI, FIVE, MILLI));
  }

  @Test
  void goodputStaysNearCapacityAtAnyLoadAndRecoversFromASlowSpell() {
    for (var seed = 0; seed < 5; seed++) {
      for (var load : new double[] {0.5, 1, 2, 4, 8}) {
        var line = new Line(new Random(seed), load);
        line.run(60_000 * MILLI);
        var text = "seed %d, load %s: %s".formatted(seed, load, line);
        assertTrue(line.good >= 0.9 * Math.min(load, 1) * line.capacity(), text);
        assertTrue(line.missed <= 0.05 * line.admitted, text);
        assertTrue(line.goodAtTheEnd > 0, text);
      }
    }
  }

  /** One server in virtual time: 2 ms a frame with drift, 50 ms budget; twice 60 ms a frame. */
  private static final class Line {
    private static final long BUDGET = 50 * MILLI;
    private final Random random;
    private final double load;
    private final ServiceProfile profile = new ServiceProfile(Optional.empty());
    private final ArrayDeque<long[]> inside = new ArrayDeque<>();
    private long freeAt;
    private long lastProbe = -1_000 * MILLI;
    private long ahead;
    private long busy;
    private int admitted;
    private int good;
    private int goodAtTheEnd;
    private int missed;
    private int done;

    Line(Random random, double load) {
      this.random = random;
      this.load = load;
    }

    void run(long end) {
      var now = 0L;
      while (now < end) {
        now += (long) (-Math.log(1 - random.nextDouble()) * 2 * MILLI / load);
        leave(now);
        var expected = profile.frame();
        if (AdmissionRule.retryAfter(ahead, expected, BUDGET).isPresent()
            && !isProbe(expected, now)) {
          continue;
        }
        admitted++;
        var took = serviceTime(now, end);
        var start = Math.max(now, freeAt);
        freeAt = start + took;
        ahead += expected.meanNanos();
        inside.add(new long[] {freeAt, now + BUDGET, expected.meanNanos(), took, isSlow(now, end)});
        if (now > end * 0.95 && freeAt <= now + BUDGET) {
          goodAtTheEnd++;
        }
      }
    }

    private boolean isProbe(ServiceTime expected, long now) {
      if (!AdmissionRule.isHopeless(expected, BUDGET)
          || now - lastProbe < AdmissionRule.PROBE_EVERY.toNanos()) {
        return false;
      }
      lastProbe = now;
      return true;
    }

    private void leave(long now) {
      while (!inside.isEmpty() && inside.peekFirst()[0] <= now) {
        var frame = inside.removeFirst();
        ahead -= frame[2];
        profile.ran(1, frame[3]);
        done++;
        if (frame[4] == 0) {
          busy += frame[3];
          good += frame[0] <= frame[1] ? 1 : 0;
        }
        missed += frame[0] > frame[1] && frame[4] == 0 ? 1 : 0;
      }
    }

    private static long isSlow(long now, long end) {
      return now > end * 0.4 && now < end * 0.43 ? 1 : 0;
    }

    private long serviceTime(long now, long end) {
      var mean = isSlow(now, end) == 1 ? 60 : 2 * (1 + 0.1 * Math.sin(now / 5e9));
      return (long) (mean * MILLI * (0.7 + 0.6 * random.nextDouble()));
    }

    /** Frames that fit in the time without the slow spell. */
    double capacity() {
      return 0.97 * 60_000 / 2;
    }

    @Override
    public String toString() {
      return "good %d, missed %d of %d, at the end %d, done %d, busy %d ms"
          .formatted(good, missed, admitted, goodAtTheEnd, done, busy / MILLI);
    }
  }
}
