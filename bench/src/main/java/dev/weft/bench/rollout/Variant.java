package dev.weft.bench.rollout;

import java.util.random.RandomGenerator;

/**
 * A made-up candidate, as multiples of the stable variant and as rates per frame.
 *
 * @param flaw what is wrong with it, in a word or two; for good ones that nothing is
 * @param slower its latency over the stable's
 * @param tailShare frames on which it is slower still
 * @param tailFactor by how much on those
 * @param thirstier its processor time over the stable's
 * @param flips of the largest class
 * @param far frames whose output is far off
 * @param failed runs that fail
 * @param faults frames with a NaN, or on which it crashes
 * @param slowFrom answers, of 10,000, from which {@code slower} begins to hold; as fast as the
 *     stable below
 */
record Variant(
    Kind kind,
    String flaw,
    double slower,
    double tailShare,
    double tailFactor,
    double thirstier,
    double flips,
    double far,
    double failed,
    double faults,
    int slowFrom) {

  /** Flaw of a borderline one that is beyond its limit. */
  static final String JUST_BEYOND = "just beyond";

  /** What should become of it. */
  enum Kind {
    /** Within all limits with room to spare: to be promoted. */
    GOOD,
    /** Beyond one limit by a quarter at least, in truth: to be rolled back. */
    BAD,
    /** Within a twentieth of a limit, on either side: either is right. */
    BORDERLINE
  }

  /** Draws a good one: faster or as fast, frugal, seldom of another mind. */
  static Variant good(RandomGenerator random) {
    return new Variant(
        Kind.GOOD,
        "none",
        between(random, 0.6, 1),
        0,
        1,
        between(random, 0.5, 0.95),
        between(random, 0, 0.008),
        between(random, 0, 0.01),
        between(random, 0, 0.001),
        0,
        0);
  }

  /** Draws a bad one: good but for one flaw. */
  static Variant bad(RandomGenerator random) {
    var good = good(random);
    return switch (random.nextInt(8)) {
      case 0, 1 -> good.slow("slow", between(random, 1.5, 2.5), 0);
      case 2 -> good.slow("slow under load", between(random, 1.6, 2.5), 2_500);
      case 3 -> good.tail(between(random, 0.1, 0.2), between(random, 3, 5));
      case 4 -> good.thirsty(between(random, 1.45, 2));
      case 5 -> good.flipping(between(random, 0.05, 0.2));
      case 6 -> good.farOff(between(random, 0.12, 0.5));
      default -> good.faulty(between(random, 0.001, 0.01));
    };
  }

  /** Draws one that is at a limit, give or take a twentieth. */
  static Variant borderline(RandomGenerator random) {
    var good = good(random);
    var at = between(random, 0.95, 1.05);
    var variant =
        switch (random.nextInt(4)) {
          case 0 -> good.slow("slow", Terms.LATENCY_MAX * at, 0);
          case 1 -> good.thirsty(Terms.CPU_MAX * at);
          case 2 -> good.flipping(Terms.FLIPS_MAX * at);
          default -> good.farOff(Terms.FAR_MAX * at);
        };
    return variant.borderline(at > 1 ? JUST_BEYOND : "just within");
  }

  double slower(int answers) {
    return answers >= slowFrom ? slower : 1;
  }

  private Variant slow(String word, double by, int from) {
    return new Variant(Kind.BAD, word, by, 0, 1, thirstier, flips, far, failed, faults, from);
  }

  private Variant tail(double share, double by) {
    return new Variant(
        Kind.BAD, "slow tail", 1, share, by, thirstier, flips, far, failed, faults, 0);
  }

  private Variant thirsty(double by) {
    return new Variant(Kind.BAD, "thirsty", slower, 0, 1, by, flips, far, failed, faults, 0);
  }

  private Variant flipping(double rate) {
    return new Variant(Kind.BAD, "flips", slower, 0, 1, thirstier, rate, far, failed, faults, 0);
  }

  private Variant farOff(double rate) {
    return new Variant(
        Kind.BAD, "far off", slower, 0, 1, thirstier, flips, rate, failed, faults, 0);
  }

  private Variant faulty(double rate) {
    return new Variant(Kind.BAD, "faults", slower, 0, 1, thirstier, flips, far, failed, rate, 0);
  }

  private Variant borderline(String word) {
    return new Variant(
        Kind.BORDERLINE,
        word,
        slower,
        tailShare,
        tailFactor,
        thirstier,
        flips,
        far,
        failed,
        faults,
        slowFrom);
  }

  private static double between(RandomGenerator random, double least, double most) {
    return least + (most - least) * random.nextDouble();
  }
}
