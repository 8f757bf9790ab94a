package dev.weft.fabric.pipeline;

import dev.weft.fabric.pipeline.Generation.Replicas;
import dev.weft.fabric.pipeline.Plan.PlanStep;
import dev.weft.fabric.profile.Forecast;
import dev.weft.fabric.profile.ServiceTime;
import java.util.Arrays;
import java.util.List;

/**
 * What a frame of one plan is expected to take, step by step, from what its stages' profiles say
 * and from how many frames run each step.
 *
 * <p>Read by many threads and renewed now and then by one of them; shares are written without a
 * lock, as an update lost once in a while changes nothing that matters.
 */
final class Expectations {

  private static final int RENEW_EVERY = 16;
  private static final float SHARE_WEIGHT = 1f / 64;

  private final List<PlanStep> steps;
  private final Replicas[][] replicas;
  private final float[] shares;
  private volatile ServiceTime total = ServiceTime.NONE;
  private volatile long[] stepNanos;
  private int sinceRenewed = RENEW_EVERY;

  /**
   * @param replicas by step and arm
   */
  Expectations(Plan plan, Replicas[][] replicas) {
    this.steps = plan.steps();
    this.replicas = replicas;
    this.shares = new float[steps.size()];
    this.stepNanos = new long[steps.size()];
    Arrays.fill(shares, 1);
    renew();
  }

  /** What a frame is expected to take in all. */
  ServiceTime total() {
    if (++sinceRenewed >= RENEW_EVERY) {
      sinceRenewed = 0;
      renew();
    }
    return total;
  }

  /** What a frame is expected to spend in {@code step}, in nanoseconds. */
  long nanos(PlanStep step) {
    return stepNanos[step.index()];
  }

  /** Takes note of which steps a frame ran that went through. */
  void ended(Timings.StepRun[] runs, int count) {
    for (var step = 0; step < shares.length; step++) {
      shares[step] -= shares[step] * SHARE_WEIGHT;
    }
    for (var i = 0; i < count; i++) {
      shares[runs[i].step().index()] += SHARE_WEIGHT;
    }
  }

  private void renew() {
    var forecast = new Forecast();
    var nanos = new long[steps.size()];
    for (var step : steps) {
      var time = time(step);
      var share = Math.clamp(shares[step.index()], 0, 1);
      forecast.add(time, share);
      nanos[step.index()] = (long) (time.meanNanos() * share);
    }
    stepNanos = nanos;
    total = forecast.total();
  }

  /** Of a split step the mean over its arms. */
  private ServiceTime time(PlanStep step) {
    var arms = step.split().map(split -> split.arms().size()).orElse(1);
    var mean = 0L;
    var p95 = 0L;
    for (var arm = 0; arm < arms; arm++) {
      var time = replicas[step.index()][arm].profile().frame();
      mean += time.meanNanos();
      p95 += time.p95Nanos();
    }
    return new ServiceTime(mean / arms, p95 / arms);
  }
}
