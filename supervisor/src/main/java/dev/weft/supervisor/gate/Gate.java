package dev.weft.supervisor.gate;

import dev.weft.supervisor.sketch.CappedMean;
import dev.weft.supervisor.sketch.Rate;
import dev.weft.supervisor.sketch.Sketch;

/** One limit and the test that holds evidence against it. */
record Gate(Limit limit, Levels levels, Effort effort, Exposure exposure) {

  /** Two arms share what a gate may spend. */
  private static final double PER_ARM = 0.5;

  /**
   * What a gate may spend.
   *
   * @param toPass largest probability of a false pass, at whatever time
   * @param toFail largest probability of a false failure, at whatever time
   */
  record Levels(double toPass, double toFail) {}

  /** A figure and where its true value lies. */
  private record Figure(double estimate, Interval interval, long samples) {}

  GateResult judge(Evidence evidence) {
    var figure = figure(evidence);
    var verdict = verdict(figure, evidence);
    return new GateResult(
        limit.kpi(),
        limit.metric(),
        figure.estimate(),
        figure.interval().lower(),
        figure.interval().upper(),
        limit.max(),
        figure.samples(),
        verdict,
        sentence(figure, verdict, evidence.sessions().at(exposure)));
  }

  private Figure figure(Evidence evidence) {
    return switch (limit) {
      case Limit.TailLatency tail -> latency(tail, evidence.latency());
      case Limit.LateRuns _ -> lateRuns(evidence.lateRuns());
      case Limit.CpuTime _ -> cpu(evidence.cpu());
      case Limit.FarFrames far ->
          farFrames(evidence.farFrames(far.tensor(), far.distance(), far.bound()));
      case Limit.Changes changes -> figure(evidence.changes(changes.tensor(), changes.share()));
      case Limit.FailedRuns _ -> figure(evidence.failedRuns());
    };
  }

  private Figure latency(Limit.TailLatency tail, Evidence.Arms<Sketch> arms) {
    var tunedFor = Math.round(Math.sqrt((double) effort.samplesMin() * effort.samplesMax()));
    var sequence = new QuantileSequence(tail.quantile(), tunedFor);
    var toFail = levels.toFail() * PER_ARM;
    var toPass = levels.toPass() * PER_ARM;
    return new Figure(
        arms.candidate().quantile(tail.quantile()) / arms.stable().quantile(tail.quantile()),
        Interval.ratio(
            sequence.interval(arms.candidate(), toFail, toPass),
            sequence.interval(arms.stable(), toPass, toFail)),
        Math.min(arms.candidate().samples(), arms.stable().samples()));
  }

  private Figure lateRuns(Evidence.Arms<Rate> arms) {
    if (exposure == Exposure.WHOLE) {
      return figure(arms.candidate());
    }
    var toFail = levels.toFail() * PER_ARM;
    var toPass = levels.toPass() * PER_ARM;
    return new Figure(
        arms.candidate().mean() - arms.stable().mean(),
        Interval.difference(
            RateSequence.interval(arms.candidate(), toFail, toPass),
            RateSequence.interval(arms.stable(), toPass, toFail)),
        Math.min(arms.candidate().samples(), arms.stable().samples()));
  }

  private Figure cpu(Evidence.Arms<CappedMean> arms) {
    var toFail = levels.toFail() * PER_ARM;
    var toPass = levels.toPass() * PER_ARM;
    var interval =
        Interval.ratio(
            MeanSequence.interval(arms.candidate(), toFail, toPass),
            MeanSequence.interval(arms.stable(), toPass, toFail));
    return new Figure(
        arms.candidate().mean() / arms.stable().mean(),
        arms.stable().isSaturated()
            ? new Interval(interval.lower(), Double.POSITIVE_INFINITY)
            : interval,
        Math.min(arms.candidate().samples(), arms.stable().samples()));
  }

  private Figure farFrames(Evidence.FarFrames far) {
    var interval =
        new Interval(
            RateSequence.lower(far.least(), levels.toFail()),
            RateSequence.upper(far.most(), levels.toPass()));
    return new Figure(far.most().mean(), interval, far.most().samples());
  }

  private Figure figure(Rate rate) {
    return new Figure(
        rate.mean(), RateSequence.interval(rate, levels.toFail(), levels.toPass()), rate.samples());
  }

  private Verdict verdict(Figure figure, Evidence evidence) {
    if (figure.interval().lower() > limit.max()) {
      return Verdict.FAIL;
    }
    if (isTooLittle(figure.samples(), evidence.sessions().at(exposure))) {
      return Verdict.INSUFFICIENT;
    }
    if (figure.interval().upper() <= limit.max()) {
      return Verdict.PASS;
    }
    var isAll =
        figure.samples() >= effort.samplesMax()
            || evidence.elapsed().compareTo(effort.dwellMax()) >= 0;
    return isAll ? Verdict.INCONCLUSIVE : Verdict.INSUFFICIENT;
  }

  private boolean isTooLittle(long samples, long sessions) {
    return samples < effort.samplesMin() || sessions < effort.sessionsMin();
  }

  /**
   * For example {@code tail latency, p95 ratio: 1.08 (0.97 to 1.21), limit 1.25: passes on 2104}.
   */
  private String sentence(Figure figure, Verdict verdict, long sessions) {
    var said =
        switch (verdict) {
          case PASS -> "passes";
          case FAIL -> "fails";
          case INCONCLUSIVE -> "stays open";
          case INSUFFICIENT ->
              isTooLittle(figure.samples(), sessions)
                  ? "waits for %d samples of %d sessions"
                      .formatted(effort.samplesMin(), effort.sessionsMin())
                  : "is not decided yet";
        };
    return "%s, %s: %s (%s to %s), limit %s: %s on %d samples of %d sessions"
        .formatted(
            limit.kpi().word(),
            limit.metric(),
            figure.estimate() == Double.POSITIVE_INFINITY
                ? "beyond measure"
                : Numbers.plain(figure.estimate()),
            Numbers.plain(figure.interval().lower()),
            Numbers.plain(figure.interval().upper()),
            Numbers.plain(limit.max()),
            said,
            figure.samples(),
            sessions);
  }
}
