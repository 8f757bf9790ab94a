package dev.weft.supervisor.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.pipeline.RunTimes;
import dev.weft.fabric.pipeline.TrialEvent.FrameName;
import dev.weft.supervisor.comparison.FrameReference;
import dev.weft.supervisor.gate.Evidence.Sessions;
import org.junit.jupiter.api.Test;

class RunBookTest {

  private static final RunTimes TIMES = RunTimes.alone(0, 1_000, 9_000);

  private final RunBook book = new RunBook(1.1);

  @Test
  void countsSessionsOfEachArmApart() {
    for (var i = 0; i < 30; i++) {
      book.answered(frame("stable-" + i, i), false, TIMES);
    }
    book.answered(frame("candidate", 31), true, TIMES);
    book.ended(new FrameReference("candidate", 1, 31), false);

    assertEquals(new Sessions(30, 1), book.figures().sessions());
  }

  @Test
  void aSessionCountsOnceForTheCandidateWhetherItAnswersOrRunsInTheShadow() {
    book.answered(frame("visitor", 1), false, TIMES);
    book.ended(new FrameReference("visitor", 1, 1), false);
    book.ended(new FrameReference("visitor", 1, 2), true);
    book.ended(new FrameReference("", 1, 3), false);

    assertEquals(new Sessions(1, 2), book.figures().sessions());
  }

  @Test
  void oneLongSessionOfEachArmGivesLatencyWithinAHundredFrames() {
    for (var i = 0; i < 50; i++) {
      book.answered(frame("camera-1", 2 * i), false, TIMES);
      book.answered(frame("camera-2", 2 * i + 1), true, TIMES);
    }

    var latency = book.figures().latency();
    assertTrue(latency.stable().samples() >= 20, latency.stable().samples() + " samples");
    assertTrue(latency.candidate().samples() >= 20, latency.candidate().samples() + " samples");
  }

  /** A ratio of 50 is allowed, so a candidate of 62 times the work must not look like one of 8. */
  @Test
  void aCandidateIsMeasuredAsFarAsItsLimitReaches() {
    var wide = new RunBook(50);
    for (var i = 0; i < 20; i++) {
      wide.worked(false, RunTimes.alone(0, 0, 1_000));
    }
    for (var i = 0; i < 100; i++) {
      wide.worked(false, RunTimes.alone(0, 0, 1_000));
      wide.worked(true, RunTimes.alone(0, 0, 62_000));
    }

    var cpu = wide.figures().cpu();
    assertEquals(62, cpu.candidate().mean() / cpu.stable().mean(), 1e-6);
  }

  @Test
  void firstRunsThatWereNotTypicalAreFoundOut() {
    for (var i = 0; i < 20; i++) {
      book.worked(false, RunTimes.alone(0, 0, 1_000));
    }
    book.worked(false, RunTimes.alone(0, 0, 1_000));
    assertFalse(book.figures().cpu().stable().isSaturated());
    for (var i = 0; i < 20; i++) {
      book.worked(false, RunTimes.alone(0, 0, 90_000));
    }
    assertTrue(book.figures().cpu().stable().isSaturated());
  }

  private static FrameName frame(String session, long number) {
    return new FrameName("p", session, number);
  }
}
