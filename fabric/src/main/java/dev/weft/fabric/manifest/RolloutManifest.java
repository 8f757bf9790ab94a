package dev.weft.fabric.manifest;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A change of the variant that a stage runs, step by step and judged at each, as declared.
 *
 * @param origin file it was read from
 * @param stage name of the stage whose variant changes
 * @param candidate name of the variant to come
 * @param steps shares of the traffic, growing
 * @param dwell shortest time at a step
 * @param giveUpAfter longest time at a step without a verdict
 * @param rollsBackWhenInconclusive what follows where no verdict comes: a rollback, or a pause
 * @param error how often it may be decided wrongly
 * @param text the YAML document it was read from, kept as evidence; at most {@link #TEXT_BYTES_MAX}
 *     bytes of UTF-8, empty for one made in code
 */
public record RolloutManifest(
    Path origin,
    String name,
    String summary,
    String owner,
    String stage,
    String candidate,
    List<Step> steps,
    Duration dwell,
    Duration giveUpAfter,
    boolean rollsBackWhenInconclusive,
    Evidence evidence,
    Limits limits,
    ErrorBound error,
    Drift drift,
    Map<String, String> labels,
    String text) {

  public static final int TEXT_BYTES_MAX = 64 << 10;
  public static final int STEPS_MAX = 32;
  public static final int OUTPUTS_MAX = 60;

  public RolloutManifest {
    steps = List.copyOf(steps);
    requireAtMost("steps", steps.size(), STEPS_MAX);
    requireNotNegative("dwell", dwell);
    requireNotNegative("giveUpAfter", giveUpAfter);
    labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
    requireAtMost("text bytes", textBytes(text), TEXT_BYTES_MAX);
  }

  /** Length of {@code text} as it is kept. */
  public static int textBytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  /** The same with another text to keep. */
  public RolloutManifest withText(String other) {
    return new RolloutManifest(
        origin,
        name,
        summary,
        owner,
        stage,
        candidate,
        steps,
        dwell,
        giveUpAfter,
        rollsBackWhenInconclusive,
        evidence,
        limits,
        error,
        drift,
        labels,
        other);
  }

  /**
   * One share of the traffic.
   *
   * @param answersPercent of the sessions, those the candidate answers; 0 in the shadow
   * @param comparedPercent of the frames, those that both variants run
   */
  public record Step(double answersPercent, double comparedPercent) {
    public Step {
      requirePercent("answers", answersPercent);
      requirePercent("compared", comparedPercent);
    }

    /** Whether the candidate answers nobody. */
    public boolean isShadow() {
      return answersPercent == 0;
    }
  }

  /**
   * How much a verdict needs.
   *
   * @param samplesMin runs or compared frames below which no limit counts as kept
   * @param sessionsMin sessions of the candidate, and where both variants answer of the other too,
   *     below which none does
   * @param samplesMax runs or compared frames from which a limit that is open stays open
   * @param replaysWhenTooFew whether recorded frames are run again where callers bring too few in
   *     the shadow
   */
  public record Evidence(
      long samplesMin, long sessionsMin, long samplesMax, boolean replaysWhenTooFew) {

    /** Sessions of a variant that are told apart; a least above it would never be reached. */
    public static final int SESSIONS_MAX = 10_000;

    public Evidence {
      requireAtLeast("samplesMin", samplesMin, 1);
      requireAtLeast("sessionsMin", sessionsMin, 0);
      requireAtMost("evidence.sessionsMin", sessionsMin, SESSIONS_MAX);
      requireAtLeast("samplesMax", samplesMax, 1);
    }
  }

  /**
   * What the candidate must keep to, at least one thing; whatever stands here, a fault fails it.
   *
   * @param cpuRatio mean processor time per run, at most this multiple of the other variant's
   * @param failedRuns share of its runs that may fail, in ]0, 1[; manifests that do not say have 1
   *     %
   */
  public record Limits(
      Optional<TailLatency> tailLatency,
      OptionalDouble cpuRatio,
      OptionalDouble failedRuns,
      List<Output> outputs) {
    public Limits {
      outputs = List.copyOf(outputs);
      requireAtMost("limits.outputs", outputs.size(), OUTPUTS_MAX);
      cpuRatio.ifPresent(ratio -> requireRatio("limits.cpu.ratio", ratio));
      failedRuns.ifPresent(share -> requirePart("limits.failedRuns", share));
    }

    public boolean isEmpty() {
      return tailLatency.isEmpty()
          && cpuRatio.isEmpty()
          && failedRuns.isEmpty()
          && outputs.isEmpty();
    }

    /**
     * Latency at a quantile.
     *
     * @param quantile in ]0, 1[, such as 0.95
     * @param ratio most, as a multiple of the other variant's
     */
    public record TailLatency(double quantile, double ratio) {
      public TailLatency {
        requirePart("limits.tailLatency.quantile", quantile);
        requireRatio("limits.tailLatency.ratio", ratio);
      }
    }

    /**
     * How far an output may lie from the other variant's on the same inputs.
     *
     * @param metric word of an {@link OutputMetric}
     * @param above distance from which a frame counts, in the metric's unit; only of distances
     * @param share in ]0, 1[: of the frames beyond {@code above}, or the mean where there is none
     */
    public record Output(String tensor, String metric, OptionalDouble above, double share) {
      public Output {
        above.ifPresent(bound -> requireNotBelowZero("limits.outputs.above", bound));
        requirePart("limits.outputs.share", share);
      }
    }
  }

  /**
   * How often a rollout may be decided wrongly.
   *
   * @param falsePromotion most of the candidates beyond a limit that are promoted, in ]0, 1[
   * @param falseRollback most of the candidates within all limits that are rolled back, in ]0, 1[
   */
  public record ErrorBound(double falsePromotion, double falseRollback) {
    public ErrorBound {
      requirePart("errors.falsePromotion", falsePromotion);
      requirePart("errors.falseRollback", falseRollback);
    }
  }

  /**
   * The watch over what has been promoted: it is taken back if its outputs drift.
   *
   * @param watch how long; zero for no watch
   * @param comparedPercent of the frames, those that the replaced variant runs as well
   * @param window compared frames after which a window is judged, and the next begins
   * @param falseAlarm most of the windows in which all is normal that sound an alarm, in ]0, 1[
   */
  public record Drift(
      Duration watch, double comparedPercent, long window, Normal normal, double falseAlarm) {

    /** Fewest frames of a window; of fewer, hardly any distance could be told from chance. */
    public static final int WINDOW_MIN = 50;

    public Drift {
      requireNotNegative("drift.watch", watch);
      requirePercent("drift.compared", comparedPercent);
      requirePart("drift.falseAlarm", falseAlarm);
      if (window < WINDOW_MIN) {
        throw new IllegalArgumentException(
            "drift.window: %d (expected: >= %d)".formatted(window, WINDOW_MIN));
      }
    }

    /** Whether what was promoted is watched at all. */
    public boolean isWatched() {
      return !watch.isZero();
    }

    /**
     * How far the outputs of two variants that a rollout found alike may lie apart.
     *
     * @param flips mean share of an output's rows with another largest element, or of names that
     *     differ, in ]0, 1[
     * @param ks Kolmogorov-Smirnov distance of an output's distributions, in [0, 1[
     * @param psi population stability index of them, in nats
     */
    public record Normal(double flips, double ks, double psi) {
      public Normal {
        requirePart("drift.flips", flips);
        requireNotBelowZero("drift.ks", ks);
        requireNotBelowZero("drift.psi", psi);
        if (ks >= 1) {
          throw new IllegalArgumentException("drift.ks: %s (expected: < 1)".formatted(ks));
        }
      }
    }
  }

  private static void requirePercent(String name, double percent) {
    if (!(percent >= 0 && percent <= 100)) {
      throw new IllegalArgumentException("%s: %s %% (expected: 0 to 100)".formatted(name, percent));
    }
  }

  private static void requirePart(String name, double part) {
    if (!(part > 0 && part < 1)) {
      throw new IllegalArgumentException("%s: %s (expected: > 0 and < 1)".formatted(name, part));
    }
  }

  private static void requireRatio(String name, double ratio) {
    if (!(ratio > 0 && Double.isFinite(ratio))) {
      throw new IllegalArgumentException("%s: %s (expected: > 0)".formatted(name, ratio));
    }
  }

  private static void requireNotBelowZero(String name, double value) {
    if (!(value >= 0)) {
      throw new IllegalArgumentException("%s: %s (expected: >= 0)".formatted(name, value));
    }
  }

  private static void requireNotNegative(String name, Duration value) {
    if (value.isNegative()) {
      throw new IllegalArgumentException("%s: %s (expected: >= 0)".formatted(name, value));
    }
  }

  private static void requireAtLeast(String name, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException(
          "evidence.%s: %d (expected: >= %d)".formatted(name, value, least));
    }
  }

  private static void requireAtMost(String name, long value, long most) {
    if (value > most) {
      throw new IllegalArgumentException("%s: %d (expected: <= %d)".formatted(name, value, most));
    }
  }
}
