package dev.weft.supervisor.drift;

import dev.weft.supervisor.drift.Proportion.Interval;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * On how many labelled frames which of two variants is right, and what that says of their
 * accuracies. Keeps sums per session: frames of one session are alike, and count for less than as
 * many of different ones.
 *
 * <p>Intervals are those of independent frames, with two changes. The frames are divided by a
 * design effect, never below 1 (J. N. K. Rao and A. J. Scott, "A Simple Method for the Analysis of
 * Clustered Binary Data", Biometrics 48(2), 1992); the variance in it is that of leaving out one
 * session at a time. And the quantile is Student's with a degree of freedom less than there are
 * sessions, as the variance is known from them only (A. C. Cameron and D. L. Miller, "A
 * Practitioner's Guide to Cluster-Robust Inference", J. Human Resources 50(2), 2015, sections VI.B
 * and VI.D). Sessions of unequal size count as fewer of equal size, so that one that holds most of
 * the frames is not taken for many (A. V. Carter, K. T. Schnepel and D. G. Steigerwald, "Asymptotic
 * Behavior of a t-Test Robust to Cluster Heterogeneity", Rev. Econ. Statist. 99(4), 2017, as if all
 * frames of a session were alike, which is their worst case).
 *
 * <p>They cover less than they say where a few of the sessions hold all of the change.
 *
 * <p>Where the stable variant's answers are the truth ({@link #byStable}), it is right by
 * definition, and the candidate can only lose: its accuracy is how often the two agree, and the
 * change is that less 1, with its interval, which ends at 0.
 *
 * <p>Confined to one thread.
 */
public final class PairedOutcomes {

  /** Sessions below which there is no interval: one says nothing of how much they differ. */
  public static final int SESSIONS_MIN = 2;

  /** Sessions below which an interval rests on little. */
  public static final int SESSIONS_FEW = 10;

  /** Sessions told apart; those beyond count as one. */
  static final int SESSIONS_MAX = 100_000;

  private static final String OTHERS = "\0others";
  private static final double HALF = 0.5;

  private final boolean isStableTruth;
  private final Map<String, Outcomes> sessions = new HashMap<>();
  private final Outcomes alone = new Outcomes();
  private final Outcomes all = new Outcomes();

  /** Clusters of the same outcomes. */
  private record Cluster(Outcomes outcomes, long times) {}

  private PairedOutcomes(boolean isStableTruth) {
    this.isStableTruth = isStableTruth;
  }

  /** Outcomes of frames whose truth is known by other means than the two variants. */
  public static PairedOutcomes byLabels() {
    return new PairedOutcomes(false);
  }

  /** Outcomes of frames of which the stable variant's answer is the truth. */
  public static PairedOutcomes byStable() {
    return new PairedOutcomes(true);
  }

  /** Whether the stable variant is right by definition. */
  public boolean isStableTruth() {
    return isStableTruth;
  }

  /**
   * Takes in one labelled frame; one without a session is a session of its own.
   *
   * @throws IllegalArgumentException if the stable variant is not right where it is the truth
   */
  public void add(String session, boolean isStableRight, boolean isCandidateRight) {
    if (isStableTruth && !isStableRight) {
      throw new IllegalArgumentException(
          "stable variant wrong in session '%s' (expected: right, as it is the truth)"
              .formatted(session));
    }
    all.add(isStableRight, isCandidateRight);
    if (session.isEmpty()) {
      alone.add(isStableRight, isCandidateRight);
      return;
    }
    var key = sessions.size() < SESSIONS_MAX || sessions.containsKey(session) ? session : OTHERS;
    sessions.computeIfAbsent(key, _ -> new Outcomes()).add(isStableRight, isCandidateRight);
  }

  public long frames() {
    return all.frames();
  }

  /** Frames on which just one of them is right. */
  public long discordant() {
    return all.discordant();
  }

  /** Sessions told apart, with each frame that belongs to none. */
  public long sessions() {
    return sessions.size() + alone.frames();
  }

  /** Frames that belong to no session. */
  public long alone() {
    return alone.frames();
  }

  /**
   * How many sessions of equal size would tell the variance as well; at most {@link #sessions()}.
   */
  public double effectiveSessions() {
    var squares = sumOfPowers(2);
    return squares == 0 ? 0 : squares * squares / sumOfPowers(4);
  }

  /** Of the sessions' numbers of frames. */
  private double sumOfPowers(int power) {
    return alone.frames()
        + sessions.values().stream().mapToDouble(each -> Math.pow(each.frames(), power)).sum();
  }

  /** Whether there are enough sessions for an interval. */
  public boolean hasInterval() {
    return sessions() >= SESSIONS_MIN;
  }

  /** How often the stable variant is right: always, without doubt, where it is the truth. */
  public Proportion stable(double confidence) {
    var accuracy = accuracy(Outcomes::stable, confidence);
    return isStableTruth
        ? new Proportion(1, accuracy.interval().map(_ -> new Interval(1, 1)))
        : accuracy;
  }

  /** How often the candidate is right. */
  public Proportion candidate(double confidence) {
    return accuracy(Outcomes::candidate, confidence);
  }

  private Proportion accuracy(ToLongFunction<Outcomes> right, double confidence) {
    requireFrames();
    return new Proportion(
        (double) right.applyAsLong(all) / all.frames(),
        hasInterval() ? Optional.of(wilson(right, quantile(confidence))) : Optional.empty());
  }

  private Interval wilson(ToLongFunction<Outcomes> right, double quantile) {
    var weight = 1 / designEffect(right, right);
    return Proportion.wilson(right.applyAsLong(all) * weight, all.frames() * weight, quantile);
  }

  /**
   * The candidate's accuracy less the stable's, from -1 to 1. R. G. Newcombe, "Improved confidence
   * intervals for the difference between binomial proportions based on paired data", Statist. Med.
   * 17, 1998, method 10: Wilson's intervals squared and added, less what the pairs have in common.
   * All counts are divided by {@link #designEffect()} first. Where the stable variant is the truth,
   * the candidate's accuracy less 1, with its interval: at most 0.
   *
   * @param confidence in ]0, 1[, such as 0.95
   */
  public Proportion change(double confidence) {
    requireFrames();
    var quantile = quantile(confidence);
    return new Proportion(
        (double) all.change() / all.frames(),
        hasInterval()
            ? Optional.of(isStableTruth ? loss(quantile) : newcombe(quantile))
            : Optional.empty());
  }

  private Interval loss(double quantile) {
    var agreeing = wilson(Outcomes::candidate, quantile);
    return new Interval(agreeing.lower() - 1, agreeing.upper() - 1);
  }

  private Interval newcombe(double quantile) {
    var weight = 1 / designEffect();
    var samples = all.frames() * weight;
    var stable = (double) all.stable() / all.frames();
    var candidate = (double) all.candidate() / all.frames();
    var ofStable = Proportion.wilson(all.stable() * weight, samples, quantile);
    var ofCandidate = Proportion.wilson(all.candidate() * weight, samples, quantile);
    var common = correlation(weight);
    return new Interval(
        candidate
            - stable
            - apart(candidate - ofCandidate.lower(), ofStable.upper() - stable, common),
        candidate
            - stable
            + apart(stable - ofStable.lower(), ofCandidate.upper() - candidate, common));
  }

  private static double apart(double one, double other, double common) {
    return Math.sqrt(Math.max(0, one * one - 2 * common * one * other + other * other));
  }

  /** Newcombe's phi with his correction for continuity. */
  private double correlation(double weight) {
    var margins =
        (double) all.stable()
            * (all.frames() - all.stable())
            * all.candidate()
            * (all.frames() - all.candidate());
    if (margins == 0) {
      return 0;
    }
    var product =
        (double) all.both() * all.neither() - (double) all.onlyStable() * all.onlyCandidate();
    var corrected = product > 0 ? Math.max(0, product - all.frames() / weight * HALF) : product;
    return corrected / Math.sqrt(margins);
  }

  /**
   * By how much the change's variance exceeds that of as many frames of different sessions; 1 if it
   * does not. Where no frame differs from another, nothing tells how alike those of one session
   * are, and each session counts as one frame.
   */
  public double designEffect() {
    return designEffect(Outcomes::change, Outcomes::discordant);
  }

  /**
   * @param sum over a session's frames of what is averaged
   * @param squares the same of its squares
   */
  private double designEffect(ToLongFunction<Outcomes> sum, ToLongFunction<Outcomes> squares) {
    if (!hasInterval() || areAllApart()) {
      return 1;
    }
    var frames = (double) all.frames();
    var mean = sum.applyAsLong(all) / frames;
    var perFrame = squares.applyAsLong(all) / frames - mean * mean;
    return perFrame <= 0
        ? sumOfPowers(2) / frames
        : Math.max(1, leavingOneOut(sum) * frames / perFrame);
  }

  /** The jackknife's variance of the mean. */
  private double leavingOneOut(ToLongFunction<Outcomes> sum) {
    var frames = all.frames();
    var total = sum.applyAsLong(all);
    var variance = 0.0;
    for (var cluster : clusters()) {
      var rest = frames - cluster.outcomes().frames();
      var off =
          (double) (total - sum.applyAsLong(cluster.outcomes())) / rest - (double) total / frames;
      variance += cluster.times() * off * off;
    }
    return variance * (sessions() - 1) / sessions();
  }

  private List<Cluster> clusters() {
    var clusters = new ArrayList<Cluster>();
    sessions.values().forEach(session -> clusters.add(new Cluster(session, 1)));
    clusters.add(new Cluster(Outcomes.of(true, true), alone.both()));
    clusters.add(new Cluster(Outcomes.of(true, false), alone.onlyStable()));
    clusters.add(new Cluster(Outcomes.of(false, true), alone.onlyCandidate()));
    clusters.add(new Cluster(Outcomes.of(false, false), alone.neither()));
    return clusters;
  }

  /** Whether no two frames are of one session. */
  private boolean areAllApart() {
    return sessions() == all.frames();
  }

  /** Of frames that are all apart a normal one: no variance between sessions is estimated then. */
  private double quantile(double confidence) {
    return areAllApart()
        ? Quantile.normal(confidence)
        : Quantile.student(confidence, Math.max(1, effectiveSessions() - 1));
  }

  private void requireFrames() {
    if (all.frames() == 0) {
      throw new IllegalStateException("0 labelled frames (expected: >= 1)");
    }
  }
}
