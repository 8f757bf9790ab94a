package dev.weft.supervisor.gate;

/**
 * The usual way to judge a step, kept as what {@link StepAnalysis} is measured against: in each
 * interval the figures as measured are held against the limits, a number of intervals within them
 * passes, a number beyond them fails. It makes no statement on how often it is wrong.
 *
 * <p>Flagger's {@code analysis} with {@code interval}, {@code iterations} and {@code threshold}; <a
 * href="https://docs.flagger.app/usage/how-it-works#canary-analysis">Flagger, "How it works"</a>.
 *
 * @param limits the same as a {@link StepAnalysis} has
 * @param exposure of the step
 * @param intervals within the limits that pass
 * @param failures intervals beyond a limit that fail
 */
public record FixedThreshold(Limits limits, Exposure exposure, int intervals, int failures) {

  public FixedThreshold {
    if (intervals < 1 || failures < 1) {
      throw new IllegalArgumentException(
          "fixed threshold: %d intervals, %d failures (expected: >= 1)"
              .formatted(intervals, failures));
    }
  }

  /** Intervals so far. */
  public record Progress(int within, int beyond) {

    public static final Progress NONE = new Progress(0, 0);
  }

  /**
   * After one more interval, of which {@code evidence} is; one without samples counts as neither.
   */
  public Progress after(Progress before, Evidence evidence) {
    if (!evidence.faults().isEmpty()) {
      return new Progress(before.within(), before.beyond() + 1);
    }
    var isMeasured = true;
    for (var limit : limits.at(exposure)) {
      var figure = figure(limit, evidence);
      if (figure > limit.max()) {
        return new Progress(before.within(), before.beyond() + 1);
      }
      isMeasured &= !Double.isNaN(figure);
    }
    return isMeasured ? new Progress(before.within() + 1, before.beyond()) : before;
  }

  public Verdict verdict(Progress progress) {
    if (progress.beyond() >= failures) {
      return Verdict.FAIL;
    }
    return progress.within() >= intervals ? Verdict.PASS : Verdict.INSUFFICIENT;
  }

  private static double figure(Limit limit, Evidence evidence) {
    return switch (limit) {
      case Limit.TailLatency tail ->
          evidence.latency().candidate().quantile(tail.quantile())
              / evidence.latency().stable().quantile(tail.quantile());
      case Limit.LateRuns _ ->
          evidence.lateRuns().candidate().mean() - evidence.lateRuns().stable().mean();
      case Limit.CpuTime _ -> evidence.cpu().candidate().mean() / evidence.cpu().stable().mean();
      case Limit.FarFrames far ->
          evidence.farFrames(far.tensor(), far.distance(), far.bound()).most().mean();
      case Limit.Changes changes -> evidence.changes(changes.tensor(), changes.share()).mean();
      case Limit.FailedRuns _ -> evidence.failedRuns().mean();
    };
  }
}
