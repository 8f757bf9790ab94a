package dev.weft.fabric.load;

import static dev.weft.fabric.load.LoadLevel.CRITICAL;
import static dev.weft.fabric.load.LoadLevel.ELEVATED;
import static dev.weft.fabric.load.LoadLevel.HIGH;
import static dev.weft.fabric.load.LoadLevel.NORMAL;
import static dev.weft.fabric.load.Samples.SETTINGS;
import static dev.weft.fabric.load.Samples.calm;
import static dev.weft.fabric.load.Samples.cpu;
import static dev.weft.fabric.load.Samples.foreign;
import static dev.weft.fabric.load.Samples.late;
import static dev.weft.fabric.load.Samples.memory;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Time is virtual: a sample each interval. */
class LoadLadderTest {

  private static final long TICK = SETTINGS.sampleInterval().toNanos();
  private static final long SECOND = 1_000_000_000;

  private final LoadLadder ladder = new LoadLadder(SETTINGS);
  private final List<LoadLadder.Move> moves = new ArrayList<>();
  private long nanos;

  private void feed(LoadSample sample, int times) {
    for (var i = 0; i < times; i++) {
      nanos += TICK;
      ladder.next(sample, nanos).ifPresent(moves::add);
    }
  }

  private void feedFor(LoadSample sample, double seconds) {
    feed(sample, (int) Math.ceil(seconds * SECOND / TICK));
  }

  private List<LoadLevel> levels() {
    return moves.stream().map(LoadLadder.Move::to).toList();
  }

  @Test
  void twoSamplesInARowLeadUpAndOneDoesNot() {
    feed(calm(), 20);
    feed(foreign(1), 1);
    assertEquals(NORMAL, ladder.level());
    feed(calm(), 1);
    feed(foreign(1), 1);
    assertEquals(NORMAL, ladder.level());
    feed(foreign(1), 1);
    assertEquals(CRITICAL, ladder.level());
    assertEquals(List.of(CRITICAL), levels());
  }

  @Test
  void theLowerOfTwoSamplesCounts() {
    feed(foreign(0.35), 1);
    feed(foreign(1), 1);
    assertEquals(ELEVATED, ladder.level());
    feed(foreign(0.7), 1);
    assertEquals(HIGH, ladder.level());
  }

  @Test
  void ownLoadAloneNeverPausesAnything() {
    for (var stall = 0.0; stall <= 1; stall += 0.25) {
      for (var queue = 0; queue <= 64; queue += 8) {
        feedFor(cpu(1, 0, 0, queue, stall), 2);
      }
    }
    assertEquals(List.of(), moves);
  }

  @Test
  void ownLoadThatMakesTheNodeLateIsNoSpike() {
    feedFor(late(400, 0.9), 5);
    assertEquals(List.of(), moves);
  }

  @Test
  void latenessThatOwnLoadDoesNotExplainIsOne() {
    feed(late(130, 0.2), 2);
    assertEquals(HIGH, ladder.level());
    assertEquals("the node was woken 130 ms late (limit 120 ms)", moves.getFirst().why());
  }

  @Test
  void latenessCountsWhereTheCpuCannotBeSeen() {
    feed(late(130, -1), 2);
    assertEquals(HIGH, ladder.level());
  }

  @Test
  void aStallDoublesWhatOthersSeemToWantAtMost() {
    feedFor(cpu(0.75, 0.25, 0, 2, 0.1), 5);
    assertEquals(NORMAL, ladder.level());
    feed(cpu(0.66, 0.34, 0, 2, 1), 2);
    assertEquals(HIGH, ladder.level());
  }

  @Test
  void withoutStallInformationAQueueStandsIn() {
    var blind =
        new LoadSample(
            Samples.some(1),
            Samples.some(0.6),
            Samples.some(0.4),
            Samples.some(0),
            Samples.some(2),
            java.util.OptionalDouble.empty(),
            Samples.some(0.6),
            Samples.some(0),
            Samples.some(0.3),
            Samples.some(0.1),
            Samples.some(0));
    feed(blind, 2);
    assertEquals(HIGH, ladder.level());
  }

  @Test
  void threadsOfThisProgramLeadUpOnlyWhileTasksQueue() {
    feedFor(cpu(1, 0, 0.4, 1.5, 0.6), 5);
    assertEquals(NORMAL, ladder.level());
    feed(cpu(1, 0, 0.6, 3, 1), 2);
    assertEquals(CRITICAL, ladder.level());
  }

  @Test
  void threadsOfThisProgramHoldTheLevelWhenNothingQueuesAnyMore() {
    feed(cpu(1, 0, 0.6, 3, 1), 2);
    feedFor(cpu(1, 0, 1, 1, 0), 20);
    assertEquals(List.of(CRITICAL), levels());
  }

  @Test
  void fallsOnceCalmForADwellToTheWorstThatHeldInIt() {
    feed(foreign(1), 2);
    feedFor(calm(), 0.9);
    assertEquals(CRITICAL, ladder.level());
    feedFor(calm(), 0.2);
    assertEquals(NORMAL, ladder.level());
    feed(foreign(1), 2);
    feedFor(calm(), 0.5);
    feedFor(foreign(0.2), 0.2);
    feedFor(calm(), 1.5);
    assertEquals(List.of(CRITICAL, NORMAL, CRITICAL, ELEVATED), levels());
  }

  @Test
  void holdsBetweenTheLimitAndItsRelease() {
    feed(foreign(0.65), 2);
    feedFor(foreign(0.32), 60);
    assertEquals(HIGH, ladder.level());
    feedFor(foreign(0.28), 1.1);
    assertEquals(ELEVATED, ladder.level());
    feedFor(foreign(0.16), 60);
    assertEquals(ELEVATED, ladder.level());
  }

  @Test
  void oneNoisySampleDoesNotHoldALevel() {
    feed(foreign(0.7), 2);
    for (var i = 0; i < 12; i++) {
      feed(calm(), 2);
      feed(foreign(0.9), 1);
    }
    assertEquals(NORMAL, ladder.level());
  }

  @Test
  void aRelapseDoublesTheDwellUpToItsBoundAndALongCalmSetsItBack() {
    var expected = new long[] {1, 2, 4, 8, 16, 16};
    for (var seconds : expected) {
      feed(foreign(0.4), 2);
      assertEquals(ELEVATED, ladder.level());
      feedFor(calm(), seconds - 0.2);
      assertEquals(ELEVATED, ladder.level(), "before " + seconds + " s");
      feedFor(calm(), 0.4);
      assertEquals(NORMAL, ladder.level(), "after " + seconds + " s");
    }
    feedFor(calm(), 31);
    feed(foreign(0.4), 2);
    feedFor(calm(), 1.2);
    assertEquals(NORMAL, ladder.level());
  }

  @Test
  void climbingFurtherIsNoRelapse() {
    feed(foreign(0.4), 2);
    feedFor(calm(), 1.2);
    feed(foreign(0.4), 2);
    feed(foreign(0.7), 2);
    feed(foreign(1), 2);
    assertEquals(CRITICAL, ladder.level());
    feedFor(calm(), 1.8);
    assertEquals(CRITICAL, ladder.level());
    feedFor(calm(), 0.4);
    assertEquals(NORMAL, ladder.level());
  }

  @Test
  void memoryThatRunsShortAndMemoryStallsLeadUp() {
    feed(memory(0.03, 0), 2);
    assertEquals(HIGH, ladder.level());
    assertEquals("97 % of the memory is taken (limit 96 %)", moves.getFirst().why());
    feed(memory(0.5, 0.6), 2);
    assertEquals(CRITICAL, ladder.level());
  }

  @Test
  void whatCannotBeMeasuredPausesNothingAndHoldsNothing() {
    feedFor(LoadSample.unknown(), 5);
    assertEquals(List.of(), moves);
    feed(foreign(0.7), 2);
    feedFor(LoadSample.unknown(), 2.2);
    assertEquals(List.of(HIGH, NORMAL), levels());
    assertTrue(moves.getLast().why().contains("nothing can be measured"), moves.getLast().why());
  }

  @Test
  void aGapProvesNeitherPressureNorCalm() {
    feed(foreign(0.7), 1);
    nanos += 3600 * SECOND;
    feed(foreign(0.7), 1);
    assertEquals(NORMAL, ladder.level());
    feed(foreign(0.7), 1);
    assertEquals(HIGH, ladder.level());
    nanos += 3600 * SECOND;
    feedFor(calm(), 0.9);
    assertEquals(HIGH, ladder.level());
    feedFor(calm(), 0.3);
    assertEquals(NORMAL, ladder.level());
  }

  @Test
  void aClockThatJumpsBackNeitherFreezesNorDropsTheLevel() {
    feed(foreign(0.7), 2);
    feedFor(calm(), 0.5);
    nanos -= 7200 * SECOND;
    feedFor(calm(), 0.9);
    assertEquals(HIGH, ladder.level());
    feedFor(calm(), 2.2);
    assertEquals(NORMAL, ladder.level());
    nanos -= 7200 * SECOND;
    feed(foreign(0.7), 2);
    assertEquals(HIGH, ladder.level());
  }

  @Test
  void tellsWhyWithNumbersAndLimits() {
    feed(cpu(0.4, 0.36, 0.2, 3, 1), 2);
    assertEquals(
        "others want 100 % of the CPU (limit 90 %): other processes use 36 %, this program's own"
            + " threads 20 %; 100 % of the time a task waits for a core",
        moves.getFirst().why());
    feedFor(calm(), 1.1);
    assertTrue(
        moves
            .getLast()
            .why()
            .startsWith("calm for 1.0 s; now others want 2 % of the CPU (limit 45 %): "),
        moves.getLast().why());
  }
}
