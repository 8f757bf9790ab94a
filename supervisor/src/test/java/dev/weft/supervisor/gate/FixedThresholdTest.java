package dev.weft.supervisor.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.supervisor.comparison.Fault;
import dev.weft.supervisor.comparison.FrameReference;
import dev.weft.supervisor.gate.FixedThreshold.Progress;
import dev.weft.supervisor.sketch.Rate;
import java.util.List;
import org.junit.jupiter.api.Test;

class FixedThresholdTest {

  private static final FixedThreshold GATE =
      new FixedThreshold(Limits.of(new Limit.FailedRuns(0.1)), Exposure.CANARY, 3, 2);

  @Test
  void passesAfterItsNumberOfIntervalsWithinTheLimits() {
    var twice = GATE.after(GATE.after(Progress.NONE, failed(0, 10)), failed(1, 10));

    assertEquals(Verdict.INSUFFICIENT, GATE.verdict(twice));
    assertEquals(Verdict.PASS, GATE.verdict(GATE.after(twice, failed(0, 1))));
  }

  @Test
  void failsAfterItsNumberOfIntervalsBeyondOne() {
    var mixed = GATE.after(GATE.after(Progress.NONE, failed(9, 10)), failed(0, 10));

    assertEquals(Verdict.INSUFFICIENT, GATE.verdict(mixed));
    assertEquals(Verdict.FAIL, GATE.verdict(GATE.after(mixed, failed(2, 10))));
  }

  @Test
  void anIntervalWithoutSamplesCountsAsNeither() {
    assertEquals(Progress.NONE, GATE.after(Progress.NONE, failed(0, 0)));
  }

  @Test
  void aFaultIsAnIntervalBeyond() {
    var none = failed(0, 10);
    var fault = new Fault(Fault.Kind.CRASH, "", new FrameReference("", 1, 1), "ended");
    var faulty =
        new Evidence(
            none.elapsed(),
            none.sessions(),
            none.latency(),
            none.cpu(),
            none.tensors(),
            none.failedRuns(),
            List.of(fault));

    assertEquals(new Progress(0, 1), GATE.after(Progress.NONE, faulty));
  }

  private static Evidence failed(int hits, int samples) {
    var none = Evidence.none(1);
    return new Evidence(
        none.elapsed(),
        new Evidence.Sessions(1, 1),
        none.latency(),
        none.cpu(),
        List.of(),
        new Rate(hits, samples),
        List.of());
  }
}
