package dev.weft.bench.rollout;

import dev.weft.fabric.routing.TrialShare;
import dev.weft.supervisor.rollout.Traffic.Trial;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * One node's traffic in virtual time: sessions of some hundred frames that come at random, on a
 * machine whose load swings with the hour. Sessions differ in how much work their frames are and in
 * how hard they are for a candidate. Who answers a session is decided as the fabric decides it.
 */
final class VirtualTraffic {

  private static final double FRAMES_PER_SECOND = 20;
  private static final int SESSION_FRAMES = 120;
  private static final double LATENCY_NANOS = 5e6;

  /** Spreads of a logarithm: between frames, between sessions. */
  private static final double FRAME_SPREAD = 0.25;

  private static final double SESSION_SPREAD = 0.1;

  /** The machine at its busiest is this much slower than on average. */
  private static final double SWING = 0.3;

  private static final double SWING_SECONDS = 3_600;

  /** Stable sessions measured for each of the candidate's; the others are only counted. */
  private static final double STABLE_PER_CANDIDATE = 8;

  private static final double NEAR = 0.02;
  private static final double FAR = 0.3;

  private final Variant variant;
  private final RandomGenerator random;
  private double now;
  private long session;
  private long frames;
  private long answered;

  VirtualTraffic(Variant variant, long seed) {
    this.variant = variant;
    // Another stream than the one the variant was drawn from.
    this.random = new SplittableRandom(~seed);
  }

  /** Virtual time, in seconds. */
  double now() {
    return now;
  }

  /** Frames so far. */
  long frames() {
    return frames;
  }

  /** Of them, those the candidate answered. */
  long answered() {
    return answered;
  }

  /** The next session comes and goes; tells {@code gathered} what was measured of it. */
  void session(Trial trial, Gathered gathered) {
    now -= Math.log(1 - random.nextDouble()) * SESSION_FRAMES / FRAMES_PER_SECOND;
    session++;
    var length = 1 + random.nextInt(2 * SESSION_FRAMES - 1);
    var name = "session-" + session;
    var isCandidates =
        new TrialShare(trial.name(), "session", trial.answers(), trial.compared()).answers(name);
    frames += length;
    var load = 1 + SWING * Math.sin(2 * Math.PI * now / SWING_SECONDS);
    var work = load * Math.exp(SESSION_SPREAD * random.nextGaussian());
    if (isCandidates) {
      answered += answeredByCandidate(trial, work, length, gathered);
    } else if (trial.answers() == 0) {
      gathered.candidateBegan();
      for (var i = 0; i < length && !gathered.hasFault(); i++) {
        compare(work, hardness(), gathered);
      }
    } else if (random.nextDouble() < STABLE_PER_CANDIDATE * trial.answers() / TrialShare.WHOLE) {
      gathered.stableBegan();
      for (var i = 0; i < length; i++) {
        gathered.stableWaited(name, LATENCY_NANOS * work * spread());
      }
    } else {
      gathered.stableBegan();
      gathered.stablePassed(name, LATENCY_NANOS * work * spread());
    }
  }

  private int answeredByCandidate(Trial trial, double work, int length, Gathered gathered) {
    gathered.candidateBegan();
    var hardness = hardness();
    var slower = variant.slower(trial.answers());
    for (var i = 0; i < length; i++) {
      var isSlowStill = random.nextDouble() < variant.tailShare();
      gathered.candidateWaited(
          LATENCY_NANOS * work * slower * (isSlowStill ? variant.tailFactor() : 1) * spread());
      if (random.nextInt(TrialShare.WHOLE) < trial.compared()) {
        compare(work, hardness, gathered);
      }
      if (gathered.hasFault()) {
        // Rolled back with this frame's batch.
        return i + 1;
      }
    }
    return length;
  }

  private void compare(double work, double hardness, Gathered gathered) {
    if (random.nextDouble() < variant.faults()) {
      gathered.fault(frames);
      return;
    }
    var stable = Gathered.CPU_NANOS * work * spread();
    gathered.ran(stable, Gathered.CPU_NANOS * work * variant.thirstier() * spread());
    gathered.candidateEnded(random.nextDouble() < variant.failed());
    gathered.compared(
        random.nextDouble() < variant.flips() * hardness,
        random.nextDouble() < variant.far() * hardness ? FAR : NEAR);
  }

  /** Of a session's frames: 1 on average, from 0.5 to 1.5. */
  private double hardness() {
    return 0.5 + random.nextDouble();
  }

  private double spread() {
    return Math.exp(FRAME_SPREAD * random.nextGaussian());
  }
}
