package dev.weft.supervisor.analysis;

import dev.weft.fabric.manifest.RolloutManifest;
import dev.weft.fabric.pipeline.RunTimes;
import dev.weft.fabric.pipeline.TrialEvent.FrameName;
import dev.weft.supervisor.comparison.FrameReference;
import dev.weft.supervisor.gate.Evidence;
import dev.weft.supervisor.gate.Evidence.Arms;
import dev.weft.supervisor.gate.Evidence.Sessions;
import dev.weft.supervisor.sketch.CappedMean;
import dev.weft.supervisor.sketch.ConcurrentLevel;
import dev.weft.supervisor.sketch.Rate;
import dev.weft.supervisor.sketch.Sketch;
import java.util.HashSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The runs of both arms: how long callers waited, processor time, failures, and in how many
 * sessions each ran. Each note takes well under a microsecond, as it is taken on inference loops.
 * Threadsafe.
 */
final class RunBook {

  /** Stable runs that say what a typical one takes; they enter no figure. */
  private static final int TYPICAL_RUNS = 20;

  /**
   * Stable runs in time that a run must follow to tell of late ones. What makes the stable variant
   * late, such as load, makes runs late by the dozen, and a few of them are no measure of how
   * often.
   */
  private static final int IN_TIME_BEFORE = 32;

  private final double candidateCaps;
  private final Sketch stableLatency = Sketch.of(Sketch.Scale.NANOS);
  private final Sketch candidateLatency = Sketch.of(Sketch.Scale.NANOS);
  private final ConcurrentLevel level = new ConcurrentLevel();
  private final Set<String> stableSessions = new HashSet<>();
  private final Set<String> candidateSessions = new HashSet<>();
  private CappedMean stableCpu = CappedMean.cappedAt(1);
  private CappedMean candidateCpu = CappedMean.cappedAt(1);
  private Rate failed = Rate.NONE;
  private Rate stableLate = Rate.NONE;
  private Rate candidateLate = Rate.NONE;
  private int stableInTime = IN_TIME_BEFORE;
  private long typicalNanos;
  private int typicalRuns;
  private long stableRuns;
  private long candidateRuns;
  private boolean isStableWaiting;
  private boolean isCandidateWaiting;
  private final SortedMap<String, Long> missed = new TreeMap<>();

  /** What there is by now, in copies. */
  record Figures(
      Arms<Sketch> latency,
      Arms<Rate> late,
      Arms<CappedMean> cpu,
      Rate failed,
      Sessions sessions,
      long stableRuns,
      long candidateRuns,
      SortedMap<String, Long> missedFor) {

    long missed() {
      return missedFor.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  /**
   * @param cpuRatio largest that is allowed; a candidate's run counts in full up to so many times
   *     what a stable one's does, as otherwise no run could tell of more. Of two equal variants the
   *     ratio stays within it for all that: what lies between the caps weighs less than the rest.
   */
  RunBook(double cpuRatio) {
    this.candidateCaps = Math.max(1, cpuRatio);
  }

  /** An arm answered a frame. */
  synchronized void answered(FrameName frame, boolean byCandidate, RunTimes times) {
    note(byCandidate ? candidateSessions : stableSessions, frame.session(), frame.number());
    if (byCandidate) {
      candidateRuns++;
    } else {
      stableRuns++;
    }
    waits(byCandidate, false);
    inTime(byCandidate, true);
    var waited = times.queuedNanos() + times.ranNanos();
    level.levelled(waited).ifPresent((byCandidate ? candidateLatency : stableLatency)::record);
    if (!byCandidate) {
      level.add(frame.session(), waited);
    }
  }

  /**
   * An arm did not answer a frame within its deadline: longer than whatever it took if it did, as
   * nobody knows how long.
   *
   * @param hasBegun whether it was begun. Those that were not tell of the same thing, a run that
   *     took long, a forecast or a pause of the machine: all of them between two runs of an arm
   *     count as one.
   */
  synchronized void late(FrameName frame, boolean byCandidate, boolean hasBegun) {
    var isKnown = !hasBegun && (byCandidate ? isCandidateWaiting : isStableWaiting);
    waits(byCandidate, !hasBegun);
    if (isKnown) {
      return;
    }
    note(byCandidate ? candidateSessions : stableSessions, frame.session(), frame.number());
    inTime(byCandidate, false);
    level
        .levelled(Double.POSITIVE_INFINITY)
        .ifPresent((byCandidate ? candidateLatency : stableLatency)::record);
  }

  private void waits(boolean byCandidate, boolean isWaiting) {
    if (byCandidate) {
      isCandidateWaiting = isWaiting;
    } else {
      isStableWaiting = isWaiting;
    }
  }

  private void inTime(boolean byCandidate, boolean isInTime) {
    if (stableInTime >= IN_TIME_BEFORE) {
      if (byCandidate) {
        candidateLate = candidateLate.plus(!isInTime);
      } else {
        stableLate = stableLate.plus(!isInTime);
      }
    }
    if (!byCandidate) {
      stableInTime = isInTime ? Math.min(IN_TIME_BEFORE, stableInTime + 1) : 0;
    }
  }

  /** An arm took processor time, or time where that is not known. */
  synchronized void worked(boolean isCandidate, RunTimes times) {
    var nanos = times.ownCpuNanos().orElse(times.ownNanos());
    if (typicalRuns < TYPICAL_RUNS) {
      typical(isCandidate, nanos);
    } else if (isCandidate) {
      candidateCpu = candidateCpu.plus(nanos);
    } else {
      stableCpu = stableCpu.plus(nanos);
    }
  }

  private void typical(boolean isCandidate, long nanos) {
    if (isCandidate) {
      return;
    }
    typicalNanos += nanos;
    typicalRuns++;
    if (typicalRuns == TYPICAL_RUNS) {
      // Fixed before the first value that counts.
      var cap = Math.max(1, CappedMean.TYPICAL * typicalNanos / TYPICAL_RUNS);
      stableCpu = CappedMean.cappedAt(cap);
      candidateCpu = CappedMean.cappedAt(cap * candidateCaps);
    }
  }

  /** The candidate ran, well or not. */
  synchronized void ended(FrameReference frame, boolean hasFailed) {
    note(candidateSessions, frame.session(), frame.number());
    failed = failed.plus(hasFailed);
  }

  /**
   * A frame was to be compared and was not.
   *
   * @param why one of a few words
   */
  synchronized void missed(String why) {
    missed.merge(why, 1L, Long::sum);
  }

  private static void note(Set<String> sessions, String session, long number) {
    if (sessions.size() < RolloutManifest.Evidence.SESSIONS_MAX) {
      sessions.add(session.isEmpty() ? Long.toString(number) : "s" + session);
    }
  }

  synchronized Figures figures() {
    return new Figures(
        new Evidence.Arms<>(stableLatency.copy(), candidateLatency.copy()),
        new Evidence.Arms<>(stableLate, candidateLate),
        new Evidence.Arms<>(stableCpu, candidateCpu),
        failed,
        new Sessions(stableSessions.size(), candidateSessions.size()),
        stableRuns,
        candidateRuns,
        new TreeMap<>(missed));
  }
}
