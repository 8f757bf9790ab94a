package dev.weft.supervisor.drift;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PairedOutcomesTest {

  private static final int TRIALS = 200;
  private static final int COVERED_MIN = 186;

  @Test
  void givesTheIntervalOfNewcombesExample() {
    // R. G. Newcombe, Statist. Med. 17, 1998, Table II: 36, 12, 2, 0, method 10
    var outcomes = new PairedOutcomes();
    add(outcomes, 36, true, true);
    add(outcomes, 2, true, false);
    add(outcomes, 12, false, true);

    var change = outcomes.change(0.95);
    assertEquals(0.2, change.estimate(), 1e-12);
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

  @Test
  void framesOfAFewSessionsCountForLess() {
    var alike = new PairedOutcomes();
    var different = new PairedOutcomes();
    for (var session = 0; session < 20; session++) {
      for (var i = 0; i < 50; i++) {
        alike.add("s" + session, true, session % 5 != 0);
        different.add("", true, (session * 50 + i) % 5 != 0);
      }
    }

    assertEquals(1, different.designEffect());
    assertEquals(50, alike.designEffect(), 5);
    assertEquals(alike.change(0.95).estimate(), different.change(0.95).estimate());
    assertTrue(alike.change(0.95).lower() < different.change(0.95).lower() - 0.05);
  }

  @Test
  void swappingTheVariantsTurnsTheInterval() {
    var one = new PairedOutcomes();
    var other = new PairedOutcomes();
    var random = new SplittableRandom(4);
    for (var i = 0; i < 300; i++) {
      var isStableRight = random.nextDouble() < 0.9;
      var isCandidateRight = random.nextDouble() < 0.8;
      one.add("", isStableRight, isCandidateRight);
      other.add("", isCandidateRight, isStableRight);
    }

    assertEquals(one.change(0.9).lower(), -other.change(0.9).upper(), 1e-12);
    assertEquals(one.stable(0.9), other.candidate(0.9));
  }

  @Test
  void fullAgreementStillLeavesRoomForDoubt() {
    var outcomes = new PairedOutcomes();
    add(outcomes, 100, true, true);

    var change = outcomes.change(0.95);
    assertEquals(0, change.estimate());
    assertTrue(change.lower() < -0.02 && change.lower() > -0.06, "" + change);
  }

  @Test
  void refusesToSpeakOfNoFrames() {
    var thrown = assertThrows(IllegalStateException.class, () -> new PairedOutcomes().change(0.95));
    assertEquals("0 labelled frames (expected: >= 1)", thrown.getMessage());
  }

  /**
   * Sessions have an accuracy of their own each; flips of the answer are drawn by frame.
   *
   * @param gains probability that a wrong answer of the stable variant becomes right
   * @param losses probability that a right one becomes wrong
   */
  private static void assertCovers(int sessions, int frames, double gains, double losses) {
    var covered = 0;
    for (var seed = 0; seed < TRIALS; seed++) {
      var random = new SplittableRandom(seed);
      var outcomes = new PairedOutcomes();
      for (var session = 0; session < sessions; session++) {
        // A session is hard or not: in a hard one the candidate loses and gains twice as often.
        var hard = frames == 1 ? 1 : random.nextBoolean() ? 2 : 0;
        for (var i = 0; i < frames; i++) {
          var isStableRight = random.nextDouble() < 0.8;
          var isChanged = random.nextDouble() < hard * (isStableRight ? losses : gains);
          outcomes.add("s" + session, isStableRight, isStableRight != isChanged);
        }
      }
      var truth = 0.2 * gains - 0.8 * losses;
      var change = outcomes.change(0.95);
      covered += change.lower() <= truth && truth <= change.upper() ? 1 : 0;
    }
    assertTrue(
        covered >= COVERED_MIN,
        "%d of %d intervals hold the truth, seeds 0 to %d (expected: >= %d); %d sessions of %d"
            .formatted(covered, TRIALS, TRIALS - 1, COVERED_MIN, sessions, frames));
  }

  private static void add(PairedOutcomes outcomes, int frames, boolean stable, boolean candidate) {
    for (var i = 0; i < frames; i++) {
      outcomes.add("", stable, candidate);
    }
  }
}
