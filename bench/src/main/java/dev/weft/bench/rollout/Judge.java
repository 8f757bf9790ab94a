package dev.weft.bench.rollout;

import dev.weft.supervisor.gate.Exposure;
import dev.weft.supervisor.gate.FixedThreshold;
import dev.weft.supervisor.gate.FixedThreshold.Progress;
import dev.weft.supervisor.gate.StepAnalysis;
import dev.weft.supervisor.gate.Verdict;

/** A way to judge one step of a simulated rollout, asked after every session. */
interface Judge {

  /** Where the next session's measurements go. */
  Gathered gathered();

  /** How the step stands at {@code now}, virtual seconds. */
  Verdict verdict(double now);

  /** Ways to judge. */
  enum Kind {
    /** Confidence sequences. */
    SEQUENTIAL("weft") {
      @Override
      Judge at(Exposure exposure, int attempt, double now) {
        return new Sequential(exposure, attempt, now);
      }
    },
    /** Limits on what was measured in each of a number of intervals. */
    FIXED("fixed-threshold") {
      @Override
      Judge at(Exposure exposure, int attempt, double now) {
        return new Fixed(exposure, now);
      }
    };

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }

    abstract Judge at(Exposure exposure, int attempt, double now);
  }

  /** Looks again as soon as there is a fiftieth more evidence. */
  final class Sequential implements Judge {

    private static final double MORE = 1.02;

    private final StepAnalysis analysis;
    private final Gathered gathered;
    private double lookAt = 1;

    Sequential(Exposure exposure, int attempt, double now) {
      this.analysis = new StepAnalysis(Terms.LIMITS, Terms.BUDGET, Terms.EFFORT, exposure, attempt);
      this.gathered = new Gathered(now);
    }

    @Override
    public Gathered gathered() {
      return gathered;
    }

    @Override
    public Verdict verdict(double now) {
      if (gathered.size() < lookAt && !gathered.hasFault()) {
        return Verdict.INSUFFICIENT;
      }
      lookAt = gathered.size() * MORE + 1;
      return analysis.judge(gathered.evidence(now)).verdict();
    }
  }

  /**
   * Flagger's way: of intervals of five minutes 10 within the limits pass and 5 beyond fail, which
   * takes a good variant about as long as {@link Sequential} does.
   */
  final class Fixed implements Judge {

    private static final int WITHIN = 10;
    private static final int BEYOND = 5;
    private static final double INTERVAL_SECONDS = 300;

    private final FixedThreshold gate;
    private Progress progress = Progress.NONE;
    private Gathered interval;
    private double began;

    Fixed(Exposure exposure, double now) {
      this.gate = new FixedThreshold(Terms.LIMITS, exposure, WITHIN, BEYOND);
      this.interval = new Gathered(now);
      this.began = now;
    }

    @Override
    public Gathered gathered() {
      return interval;
    }

    @Override
    public Verdict verdict(double now) {
      if (now - began >= INTERVAL_SECONDS || interval.hasFault()) {
        progress = gate.after(progress, interval.evidence(now));
        interval = new Gathered(now);
        began = now;
      }
      return gate.verdict(progress);
    }
  }
}
