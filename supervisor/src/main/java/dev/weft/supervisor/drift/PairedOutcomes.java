package dev.weft.supervisor.drift;

import java.util.HashMap;
import java.util.Map;
import org.apache.commons.numbers.gamma.InverseErfc;

/**
 * On how many labelled frames which of two variants is right, and what that says of their
 * accuracies. Keeps sums per session: frames of one session are alike, and count for less than as
 * many of different ones.
 *
 * <p>Confined to one thread.
 */
public final class PairedOutcomes {

  /** Sessions told apart; those beyond count as one. */
  static final int SESSIONS_MAX = 100_000;

  private static final String OTHERS = "\0others";
  private static final double HALF = 0.5;

  private final Map<String, Session> sessions = new HashMap<>();
  private final Session all = new Session();

  /** Frames by which variant was right. */
  private static final class Session {
    private long both;
    private long onlyStable;
    private long onlyCandidate;
    private long neither;

    private void add(boolean isStableRight, boolean isCandidateRight) {
      both += isStableRight && isCandidateRight ? 1 : 0;
      onlyStable += isStableRight && !isCandidateRight ? 1 : 0;
      onlyCandidate += !isStableRight && isCandidateRight ? 1 : 0;
      neither += isStableRight || isCandidateRight ? 0 : 1;
    }

    private long frames() {
      return both + onlyStable + onlyCandidate + neither;
    }

    private long change() {
      return onlyCandidate - onlyStable;
    }
  }

  /** Takes in one labelled frame; one without a session is a session of its own. */
  public void add(String session, boolean isStableRight, boolean isCandidateRight) {
    all.add(isStableRight, isCandidateRight);
    if (!session.isEmpty()) {
      var key = sessions.size() < SESSIONS_MAX || sessions.containsKey(session) ? session : OTHERS;
      sessions.computeIfAbsent(key, _ -> new Session()).add(isStableRight, isCandidateRight);
    }
  }

  public long frames() {
    return all.frames();
  }

  /** Frames on which just one of them is right. */
  public long discordant() {
    return all.onlyStable + all.onlyCandidate;
  }

  /** Sessions told apart. */
  public int sessions() {
    return sessions.size();
  }

  /** How often the stable variant is right. */
  public Proportion stable(double confidence) {
    return accuracy(all.both + all.onlyStable, confidence);
  }

  /** How often the candidate is right. */
  public Proportion candidate(double confidence) {
    return accuracy(all.both + all.onlyCandidate, confidence);
  }

  private Proportion accuracy(long right, double confidence) {
    requireFrames();
    var weight = 1 / designEffect();
    return Proportion.wilson(right * weight, all.frames() * weight, z(confidence));
  }

  /**
   * The candidate's accuracy less the stable's, from -1 to 1. R. G. Newcombe, "Improved confidence
   * intervals for the difference between binomial proportions based on paired data", Statist. Med.
   * 17, 1998, method 10: Wilson's intervals squared and added, less what the pairs have in common.
   * All counts are divided by {@link #designEffect()} first (J. N. K. Rao and A. J. Scott, "A
   * Simple Method for the Analysis of Clustered Binary Data", Biometrics 48(2), 1992).
   *
   * @param confidence in ]0, 1[, such as 0.95
   */
  public Proportion change(double confidence) {
    requireFrames();
    var weight = 1 / designEffect();
    var z = z(confidence);
    var samples = all.frames() * weight;
    var candidate = Proportion.wilson((all.both + all.onlyCandidate) * weight, samples, z);
    var stable = Proportion.wilson((all.both + all.onlyStable) * weight, samples, z);
    var common = correlation(weight);
    return new Proportion(
        (double) all.change() / all.frames(),
        candidate.estimate()
            - stable.estimate()
            - apart(
                candidate.estimate() - candidate.lower(),
                stable.upper() - stable.estimate(),
                common),
        candidate.estimate()
            - stable.estimate()
            + apart(
                stable.estimate() - stable.lower(),
                candidate.upper() - candidate.estimate(),
                common));
  }

  private static double apart(double one, double other, double common) {
    return Math.sqrt(Math.max(0, one * one - 2 * common * one * other + other * other));
  }

  /** Newcombe's phi with his correction for continuity. */
  private double correlation(double weight) {
    var both = all.both * weight;
    var onlyStable = all.onlyStable * weight;
    var onlyCandidate = all.onlyCandidate * weight;
    var neither = all.neither * weight;
    var margins =
        (both + onlyStable)
            * (onlyCandidate + neither)
            * (both + onlyCandidate)
            * (onlyStable + neither);
    if (margins == 0) {
      return 0;
    }
    var product = both * neither - onlyStable * onlyCandidate;
    var corrected = product > 0 ? Math.max(0, product - all.frames() * weight * HALF) : product;
    return corrected / Math.sqrt(margins);
  }

  /**
   * By how much the change's variance exceeds that of as many frames of different sessions; 1 if it
   * does not, or if there are not two sessions to tell. The variance between sessions is that of a
   * ratio of sums over them.
   */
  public double designEffect() {
    var inSessions = sessions.values().stream().mapToLong(Session::frames).sum();
    if (sessions.size() < 2) {
      return 1;
    }
    var change = (double) all.change() / all.frames();
    var between = 0.0;
    for (var each : sessions.values()) {
      var off = each.change() - change * each.frames();
      between += off * off;
    }
    between *= (double) sessions.size() / (sessions.size() - 1);
    var perFrame = (double) discordant() / all.frames() - change * change;
    return perFrame <= 0 ? 1 : Math.max(1, between / (inSessions * perFrame));
  }

  private void requireFrames() {
    if (all.frames() == 0) {
      throw new IllegalStateException("0 labelled frames (expected: >= 1)");
    }
  }

  private static double z(double confidence) {
    if (!(confidence > 0 && confidence < 1)) {
      throw new IllegalArgumentException(
          "confidence: %s (expected: > 0 and < 1)".formatted(confidence));
    }
    return Math.sqrt(2) * InverseErfc.value(1 - confidence);
  }
}
