package dev.weft.fabric.load;

import static dev.weft.fabric.load.Samples.SETTINGS;
import static dev.weft.fabric.load.Samples.cpu;
import static dev.weft.fabric.load.Samples.some;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.manifest.Lane;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** The ladder against a machine whose load depends on what the ladder pauses; time is virtual. */
class LadderLoopTest {

  private static final double TICK_SECONDS = SETTINGS.sampleInterval().toNanos() / 1e9;
  private static final int CORES = 2;

  /** Most changes in any minute that the settings as shipped allow; see the test of noise. */
  private static final int CHANGES_PER_MINUTE_MAX = 20;

  /** A change and when it came, in seconds. */
  private record Change(double at, LoadLadder.Move move) {}

  /**
   * Runs a machine of two cores that shares itself fairly among runnable threads: two loops that
   * always have background work and always some perception work, and as many threads of others as
   * {@code others} says, which may be a fraction.
   *
   * @param noise standard deviation of what is measured
   */
  private static List<Change> run(
      double seconds, DoubleUnaryOperator others, double noise, Random random) {
    var ladder = new LoadLadder(SETTINGS);
    var changes = new ArrayList<Change>();
    for (var at = TICK_SECONDS; at < seconds; at += TICK_SECONDS) {
      var own = ladder.level().pauses(Lane.BACKGROUND) ? 0.4 : 2.0;
      var wanted = others.applyAsDouble(at);
      var all = own + wanted;
      var scale = all > CORES ? CORES / all : 1;
      var stall = Math.clamp(all - CORES, 0.0, 1.0);
      var sample =
          cpu(
              own * scale / CORES,
              clean(wanted * scale / CORES + noise * random.nextGaussian()),
              0,
              all / CORES,
              clean(stall + noise * random.nextGaussian()));
      var now = at;
      ladder.next(sample, (long) (at * 1e9)).ifPresent(move -> changes.add(new Change(now, move)));
    }
    return changes;
  }

  private static double clean(double share) {
    return Math.clamp(share, 0.0, 1.0);
  }

  @Test
  void backgroundWorkThatFillsTheMachineGoesOnForever() {
    assertEquals(List.of(), run(600, _ -> 0, 0, new Random(1)));
  }

  @Test
  void burnersStopBackgroundWithinThreeSamplesAndItResumes() {
    var changes = run(60, at -> at > 10 && at < 20 ? 4 : 0, 0, new Random(1));

    var high = changes.getFirst();
    assertTrue(high.move().to().pauses(Lane.BACKGROUND), changes.toString());
    assertTrue(high.at() - 10 < 0.15, changes.toString());
    assertEquals(LoadLevel.NORMAL, changes.getLast().move().to());
    assertTrue(changes.getLast().at() < 22, changes.toString());
    assertTrue(changes.size() <= 3, changes.toString());
  }

  @Test
  void pausingOurOwnWorkNeverLooksLikeCalmWhateverTheOthersWant() {
    for (var others = 0.0; others <= 8; others += 0.05) {
      var wanted = others;
      var changes = run(120, at -> at > 5 ? wanted : 0, 0, new Random(1));
      var text = "others want %.2f cores: %s".formatted(wanted, changes);
      assertTrue(changes.size() <= 2, text);
      changes.forEach(change -> assertTrue(change.move().to().isAbove(change.move().from()), text));
    }
  }

  @Test
  void burnersThatFlapPauseBackgroundForLongerAndLonger() {
    var changes = run(180, at -> at % 5 < 2 ? 4 : 0, 0, new Random(1));

    var resumed =
        changes.stream()
            .filter(change -> change.move().from().isAbove(change.move().to()))
            .toList();
    assertTrue(resumed.size() <= 4, resumed.toString());
    assertTrue(most(changes) <= CHANGES_PER_MINUTE_MAX, changes.toString());
  }

  @RepeatedTest(20)
  void noiseAroundAnySteadyLoadChangesTheLevelSeldom() {
    var seed = new Random().nextLong();
    var random = new Random(seed);
    var others = 8 * random.nextDouble() * random.nextDouble();
    var changes = run(600, _ -> others, 0.05, random);
    var text = "seed %d, others %.2f: %s".formatted(seed, others, changes);
    assertTrue(most(changes) <= CHANGES_PER_MINUTE_MAX / 2, text);
  }

  /** Whatever the samples: missing values, wild values, late and early ones, clock jumps. */
  @RepeatedTest(50)
  void noInputMakesTheLevelChangeOften() {
    var seed = new Random().nextLong();
    var random = new Random(seed);
    var ladder = new LoadLadder(SETTINGS);
    var changes = new ArrayList<Change>();
    var period = 1 + random.nextInt(200);
    var at = 0.0;
    for (var i = 0; i < 40_000; i++) {
      at += TICK_SECONDS * (0.2 + random.nextDouble());
      var isBusy = i / period % 2 == 0;
      var jump = random.nextInt(2_000) == 0 ? (long) (1e12 * random.nextGaussian()) : 0;
      var now = at;
      ladder
          .next(wild(random, isBusy), (long) (at * 1e9) + jump)
          .ifPresent(move -> changes.add(new Change(now, move)));
    }
    for (var change : changes) {
      assertNotEquals(change.move().from(), change.move().to(), "seed " + seed);
    }
    assertTrue(most(changes) <= CHANGES_PER_MINUTE_MAX, "seed " + seed + ": " + changes);
  }

  private static LoadSample wild(Random random, boolean isBusy) {
    return new LoadSample(
        maybe(random, 1),
        maybe(random, 1),
        maybe(random, isBusy ? 1 : 0.1),
        maybe(random, isBusy ? 1 : 0.1),
        maybe(random, isBusy ? 6 : 1),
        maybe(random, 1),
        some(isBusy ? 0.2 * random.nextDouble() : 0.5),
        maybe(random, isBusy ? 1 : 0.05),
        maybe(random, 1),
        maybe(random, 1),
        maybe(random, isBusy ? 1_000 : 20));
  }

  private static OptionalDouble maybe(Random random, double max) {
    return random.nextInt(10) == 0 ? OptionalDouble.empty() : some(max * random.nextDouble());
  }

  /** Most changes in any minute. */
  private static int most(List<Change> changes) {
    Deque<Double> minute = new ArrayDeque<>();
    var most = 0;
    for (var change : changes) {
      minute.addLast(change.at());
      while (minute.getFirst() < change.at() - 60) {
        minute.removeFirst();
      }
      most = Math.max(most, minute.size());
    }
    return most;
  }
}
