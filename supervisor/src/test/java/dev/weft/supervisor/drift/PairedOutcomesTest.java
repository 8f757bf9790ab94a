package dev.weft.supervisor.drift;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.supervisor.drift.Proportion.Interval;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PairedOutcomesTest {

  private static final int TRIALS = 200;
  private static final int COVERED_MIN = 186;

  /** Of the stable variant, by labels. */
  private static final double ACCURACY = 0.8;

  @Test
  void givesTheIntervalOfNewcombesExample() {
    // R. G. Newcombe, Statist. Med. 17, 1998, Table II: 36, 12, 2, 0, method 10
    var outcomes = PairedOutcomes.byLabels();
    add(outcomes, 36, true, true);
    add(outcomes, 2, true, false);
    add(outcomes, 12, false, true);

    var change = interval(outcomes);
    assertEquals(0.2, outcomes.change(0.95).estimate(), 1e-12);
    assertEquals(0.0569, change.lower(), 5e-5);
    assertEquals(0.3404, change.upper(), 5e-5);
  }

  @Test
  void theIntervalCoversTheTruthOfIndependentFrames() {
    assertCovers(400, 1, 0.02, 0.05);
    assertCovers(2_000, 1, 0.005, 0.02);
  }

  @Test
  void theIntervalCoversTheTruthOfFramesThatSessionsMakeAlike() {
    assertCovers(60, 20, 0.05, 0.05);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 5, 10, 20})
  void theIntervalCoversTheTruthOfFewSessionsOfUnequalSize(int sessions) {
    for (var spread : new double[] {0.5, 1}) {
      var sizes = new Sizes(3, spread);
      assertCovers(sessions, sizes, Hardness.HALF, 0.05, 0.05);
      assertCovers(sessions, sizes, Hardness.HALF, 0.02, 0.1);
      assertCovers(sessions, sizes, Hardness.EVEN, 0.05, 0.05);
      assertCovers(sessions, sizes, Hardness.EVEN, 0.02, 0.1);
      assertCovers(sessions, sizes, Hardness.SAME, 0.02, 0.1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 5, 10, 20})
  void theIntervalOfALossCoversTheTruthWhereTheStableVariantIsTheTruth(int sessions) {
    for (var hardness : List.of(Hardness.SAME, Hardness.HALF, Hardness.EVEN)) {
      for (var loss : new double[] {0.02, 0.1, 0.4}) {
        assertCovers(Truth.STABLE, sessions, new Sizes(3, 0.5), hardness, 0, loss);
      }
    }
  }

  @Test
  void thereIsNoGainWhereTheStableVariantIsTheTruth() {
    for (var seed = 0; seed < TRIALS; seed++) {
      var random = new SplittableRandom(seed);
      var outcomes = PairedOutcomes.byStable();
      var loss = random.nextInt(3) * 0.1;
      for (var i = random.nextInt(1, 60); i >= 0; i--) {
        outcomes.add("s" + random.nextInt(8), true, random.nextDouble() >= loss);
      }
      outcomes.add("s8", true, true);

      var change = interval(outcomes);
      var where = "%s of %s, seed %d".formatted(change, outcomes.change(0.95).estimate(), seed);
      assertTrue(-1 <= change.lower() && change.lower() < change.upper(), where);
      assertTrue(change.upper() <= 0, where);
      assertTrue(change.lower() <= outcomes.change(0.95).estimate(), where);
      assertTrue(outcomes.change(0.95).estimate() <= change.upper(), where);
      assertEquals(new Interval(1, 1), outcomes.stable(0.95).interval().orElseThrow());
    }
  }

  @Test
  void theStableVariantIsNotWrongWhereItIsTheTruth() {
    var outcomes = PairedOutcomes.byStable();

    var thrown = assertThrows(IllegalArgumentException.class, () -> outcomes.add("s", false, true));

    assertEquals(
        "stable variant wrong in session 's' (expected: right, as it is the truth)",
        thrown.getMessage());
    assertEquals(0, outcomes.frames());
  }

  /** The bound on what the documentation says that the interval does not do. */
  @Test
  void itCoversLessWhereATenthOfTheSessionsHoldAllOfTheChange() {
    var covered = covered(Truth.LABELS, 20, new Sizes(3, 1), Hardness.TENTH, 0.05, 0.05);
    assertTrue(
        covered >= 150 && covered < COVERED_MIN,
        "%d of %d, seeds 0 to %d (expected: 150 to 185)".formatted(covered, TRIALS, TRIALS - 1));
  }

  @Test
  void oneSessionGivesNoInterval() {
    var outcomes = PairedOutcomes.byLabels();
    for (var i = 0; i < 500; i++) {
      outcomes.add("s", true, i % 10 != 0);
    }

    assertFalse(outcomes.hasInterval());
    assertEquals(-0.1, outcomes.change(0.95).estimate(), 1e-12);
    assertEquals(Optional.empty(), outcomes.change(0.95).interval());
    assertEquals(Optional.empty(), outcomes.stable(0.95).interval());
    assertEquals(1, outcomes.designEffect());
  }

  @Test
  void sessionsThatAgreeInAllCountAsOneFrameEach() {
    var outcomes = PairedOutcomes.byLabels();
    for (var i = 0; i < 10_000; i++) {
      outcomes.add("s" + i % 5, true, true);
    }

    assertEquals(2_000, outcomes.designEffect(), 1e-9);
    var change = interval(outcomes);
    assertEquals(0, outcomes.change(0.95).estimate());
    // Wilson's bound of 0 of 5 at Student's quantile of 4 degrees: 7.709 / (5 + 7.709)
    assertEquals(-0.6066, change.lower(), 1e-4);
    assertEquals(0.6066, change.upper(), 1e-4);
  }

  @Test
  void oneSessionThatHoldsMostFramesIsNotMany() {
    var outcomes = PairedOutcomes.byLabels();
    for (var i = 0; i < 1_000; i++) {
      outcomes.add("camera", true, i % 10 != 0);
    }
    for (var i = 0; i < 10; i++) {
      outcomes.add("visitor-" + i, true, true);
    }

    assertEquals(11, outcomes.sessions());
    assertEquals(1, outcomes.effectiveSessions(), 0.01);
    assertTrue(interval(outcomes).lower() < -0.5, "" + outcomes.change(0.95));
  }

  @Test
  void anAccuracyHasADesignEffectOfItsOwn() {
    var outcomes = PairedOutcomes.byLabels();
    for (var i = 0; i < 1_000; i++) {
      // Both are right on all frames of half of the sessions, and on none of the others.
      outcomes.add("s" + i % 10, i % 10 < 5, i % 10 < 5);
    }

    var stable = outcomes.stable(0.95);
    assertEquals(0.5, stable.estimate());
    assertTrue(stable.interval().orElseThrow().lower() < 0.25, "" + stable);
  }

  @Test
  void framesOfAFewSessionsCountForLess() {
    var alike = PairedOutcomes.byLabels();
    var different = PairedOutcomes.byLabels();
    for (var session = 0; session < 20; session++) {
      for (var i = 0; i < 50; i++) {
        alike.add("s" + session, true, session % 5 != 0);
        different.add("", true, (session * 50 + i) % 5 != 0);
      }
    }

    assertEquals(1, different.designEffect());
    assertEquals(50 * 20.0 / 19, alike.designEffect(), 1e-9);
    assertEquals(alike.change(0.95).estimate(), different.change(0.95).estimate());
    assertTrue(interval(alike).lower() < interval(different).lower() - 0.05);
  }

  @Test
  void swappingTheVariantsTurnsTheInterval() {
    var one = PairedOutcomes.byLabels();
    var other = PairedOutcomes.byLabels();
    var random = new SplittableRandom(4);
    for (var i = 0; i < 300; i++) {
      var isStableRight = random.nextDouble() < 0.9;
      var isCandidateRight = random.nextDouble() < 0.8;
      one.add("", isStableRight, isCandidateRight);
      other.add("", isCandidateRight, isStableRight);
    }

    assertEquals(interval(one).lower(), -interval(other).upper(), 1e-12);
    assertEquals(one.stable(0.9), other.candidate(0.9));
  }

  @Test
  void fullAgreementStillLeavesRoomForDoubt() {
    var outcomes = PairedOutcomes.byLabels();
    add(outcomes, 100, true, true);

    var change = interval(outcomes);
    assertEquals(0, outcomes.change(0.95).estimate());
    assertTrue(change.lower() < -0.02 && change.lower() > -0.06, "" + change);
  }

  @Test
  void refusesToSpeakOfNoFrames() {
    var thrown =
        assertThrows(IllegalStateException.class, () -> PairedOutcomes.byLabels().change(0.95));
    assertEquals("0 labelled frames (expected: >= 1)", thrown.getMessage());
  }

  /** How much more than on average the candidate loses and gains in a session; 1 on average. */
  private enum Hardness {
    /** No session differs. */
    SAME,
    /** Every other session twice as much, the others not at all. */
    HALF,
    /** Anything from nothing to twice as much. */
    EVEN,
    /** One session of ten as much as all ten would, the others not at all. */
    TENTH;

    private double draw(SplittableRandom random) {
      return switch (this) {
        case SAME -> 1;
        case HALF -> random.nextBoolean() ? 2 : 0;
        case EVEN -> 2 * random.nextDouble();
        case TENTH -> random.nextInt(10) == 0 ? 10 : 0;
      };
    }
  }

  /** What says which answers are right. */
  private enum Truth {
    LABELS,
    STABLE;

    private PairedOutcomes outcomes() {
      return this == LABELS ? PairedOutcomes.byLabels() : PairedOutcomes.byStable();
    }
  }

  /** Frames of sessions: a lognormal law's, with what its logarithm has as mean and deviation. */
  private record Sizes(double mean, double spread) {
    private int draw(SplittableRandom random) {
      return 1 + (int) Math.exp(mean + spread * random.nextGaussian());
    }
  }

  private static void assertCovers(int sessions, int frames, double gains, double losses) {
    var hardness = frames == 1 ? Hardness.SAME : Hardness.HALF;
    assertCovers(sessions, new Sizes(Math.log(frames) - 1e-9, 0), hardness, gains, losses);
  }

  private static void assertCovers(
      int sessions, Sizes sizes, Hardness hardness, double gains, double losses) {
    assertCovers(Truth.LABELS, sessions, sizes, hardness, gains, losses);
  }

  private static void assertCovers(
      Truth truth, int sessions, Sizes sizes, Hardness hardness, double gains, double losses) {
    var covered = covered(truth, sessions, sizes, hardness, gains, losses);
    assertTrue(
        covered >= COVERED_MIN,
        "%d of %d intervals hold the truth, seeds 0 to %d (expected: >= %d); %d sessions, %s, %s,"
                .formatted(covered, TRIALS, TRIALS - 1, COVERED_MIN, sessions, sizes, hardness)
            + " %s, losses %s".formatted(truth, losses));
  }

  /**
   * How many intervals hold the truth. Frames are drawn one by one, given their session.
   *
   * @param gains probability that a wrong answer of the stable variant becomes right
   * @param losses probability that a right one becomes wrong
   */
  private static int covered(
      Truth truth, int sessions, Sizes sizes, Hardness hardness, double gains, double losses) {
    var covered = 0;
    for (var seed = 0; seed < TRIALS; seed++) {
      var random = new SplittableRandom(seed);
      var outcomes = truth.outcomes();
      for (var session = 0; session < sessions; session++) {
        var hard = hardness.draw(random);
        for (var left = sizes.draw(random); left > 0; left--) {
          var isStableRight = truth == Truth.STABLE || random.nextDouble() < ACCURACY;
          var isChanged = random.nextDouble() < hard * (isStableRight ? losses : gains);
          outcomes.add("s" + session, isStableRight, isStableRight != isChanged);
        }
      }
      var accuracy = truth == Truth.STABLE ? 1 : ACCURACY;
      var expected = (1 - accuracy) * gains - accuracy * losses;
      var change = interval(outcomes);
      covered += change.lower() <= expected && expected <= change.upper() ? 1 : 0;
    }
    return covered;
  }

  private static Interval interval(PairedOutcomes outcomes) {
    return outcomes.change(0.95).interval().orElseThrow();
  }

  private static void add(PairedOutcomes outcomes, int frames, boolean stable, boolean candidate) {
    for (var i = 0; i < frames; i++) {
      outcomes.add("", stable, candidate);
    }
  }
}
