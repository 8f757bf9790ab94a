package dev.weft.bench.rollout;

import dev.weft.bench.rollout.SimulatedRollout.End;
import dev.weft.bench.rollout.SimulatedRollout.Outcome;
import dev.weft.bench.rollout.Variant.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.function.Predicate;

/** What became of many simulated rollouts under one way to judge. */
public final class Rollouts {

  private static final int BISECTIONS = 60;

  private final List<Outcome> outcomes;

  private Rollouts(List<Outcome> outcomes) {
    this.outcomes = List.copyOf(outcomes);
  }

  /** Under confidence sequences. */
  public static Rollouts sequential(int count, long seed) {
    return run(Judge.Kind.SEQUENTIAL, count, seed);
  }

  /** Under fixed thresholds, with the same variants and the same traffic. */
  public static Rollouts fixedThreshold(int count, long seed) {
    return run(Judge.Kind.FIXED, count, seed);
  }

  /** Of borderline variants alone, under confidence sequences. */
  public static Rollouts sequentialBorderline(int count, long seed) {
    return run(
        Judge.Kind.SEQUENTIAL,
        count,
        seed,
        i -> Variant.borderline(new SplittableRandom(seed + i)));
  }

  private static Rollouts run(Judge.Kind kind, int count, long seed) {
    return run(kind, count, seed, i -> variant(i, seed));
  }

  private static Rollouts run(
      Judge.Kind kind, int count, long seed, IntFunction<Variant> variants) {
    var outcomes = new ArrayList<Outcome>();
    for (var i = 0; i < count; i++) {
      outcomes.add(SimulatedRollout.run(variants.apply(i), kind, seed + i));
    }
    return new Rollouts(outcomes);
  }

  /**
   * Of ten, six are bad, three good and one borderline: in a thousand enough of both that no error
   * among them bounds its rate by the goal.
   */
  private static Variant variant(int index, long seed) {
    var random = new SplittableRandom(seed + index);
    return switch (index % 10) {
      case 0, 3, 6 -> Variant.good(random);
      case 9 -> Variant.borderline(random);
      default -> Variant.bad(random);
    };
  }

  /**
   * Rollouts of a kind and how they ended.
   *
   * @param count of all
   */
  public record Ends(int count, int promoted, int rolledBack, int paused) {

    /** Share promoted is above this with probability 5 % at most. */
    public double promotedUpper() {
      return upper(promoted, count);
    }

    /** Share rolled back is above this with probability 5 % at most. */
    public double rolledBackUpper() {
      return upper(rolledBack, count);
    }
  }

  public Ends good() {
    return ends(outcome -> outcome.variant().kind() == Kind.GOOD);
  }

  public Ends bad() {
    return ends(outcome -> outcome.variant().kind() == Kind.BAD);
  }

  public Ends borderline() {
    return ends(outcome -> outcome.variant().kind() == Kind.BORDERLINE);
  }

  /** Borderline ones that are within all limits. */
  public Ends justWithin() {
    return ends(
        outcome ->
            outcome.variant().kind() == Kind.BORDERLINE
                && !outcome.variant().flaw().equals(Variant.JUST_BEYOND));
  }

  /** Borderline ones that are beyond a limit. */
  public Ends justBeyond() {
    return ends(outcome -> outcome.variant().flaw().equals(Variant.JUST_BEYOND));
  }

  /** Share of its traffic that a bad variant answered, by quantile over bad ones. */
  public double badExposure(double quantile) {
    return quantile(outcome -> true, quantile);
  }

  /** The same over bad ones whose flaw the shadow cannot show. */
  public double badCanaryExposure(double quantile) {
    return quantile(outcome -> outcome.step() > 0, quantile);
  }

  /** Virtual hours that a good variant took to be promoted, median. */
  public double goodHours() {
    return outcomes.stream()
        .filter(o -> o.variant().kind() == Kind.GOOD && o.end() == End.PROMOTED)
        .mapToDouble(o -> o.seconds() / 3_600)
        .sorted()
        .skip(Math.max(0, (good().promoted() - 1) / 2))
        .findFirst()
        .orElse(0);
  }

  private Ends ends(Predicate<Outcome> which) {
    var chosen = outcomes.stream().filter(which).toList();
    return new Ends(
        chosen.size(),
        count(chosen, End.PROMOTED),
        count(chosen, End.ROLLED_BACK),
        count(chosen, End.PAUSED));
  }

  private static int count(List<Outcome> outcomes, End end) {
    return (int) outcomes.stream().filter(outcome -> outcome.end() == end).count();
  }

  private double quantile(Predicate<Outcome> which, double quantile) {
    var sorted =
        outcomes.stream()
            .filter(outcome -> outcome.variant().kind() == Kind.BAD)
            .filter(which)
            .mapToDouble(Outcome::exposure)
            .sorted()
            .toArray();
    var rank = (int) Math.ceil(quantile * sorted.length);
    return sorted.length == 0 ? 0 : sorted[Math.clamp(rank - 1, 0, sorted.length - 1)];
  }

  /**
   * Upper end of the one-sided 95 % interval for a share. C. Clopper and E. Pearson, Biometrika
   * 26(4), 1934.
   */
  static double upper(int hits, int count) {
    if (count == 0 || hits == count) {
      return 1;
    }
    var below = (double) hits / count;
    var above = 1.0;
    for (var i = 0; i < BISECTIONS; i++) {
      var middle = (below + above) / 2;
      if (atMost(hits, count, middle) > 0.05) {
        below = middle;
      } else {
        above = middle;
      }
    }
    return above;
  }

  /** Probability of no more than {@code hits}, by its sum. */
  private static double atMost(int hits, int count, double share) {
    var logTerm = count * Math.log1p(-share);
    var sum = 0.0;
    for (var k = 0; k <= hits; k++) {
      sum += Math.exp(logTerm);
      logTerm += Math.log((double) (count - k) / (k + 1)) + Math.log(share) - Math.log1p(-share);
    }
    return sum;
  }
}
