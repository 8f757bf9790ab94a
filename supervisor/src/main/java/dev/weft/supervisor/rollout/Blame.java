package dev.weft.supervisor.rollout;

import dev.weft.supervisor.gate.Verdict;
import dev.weft.supervisor.rollout.RolloutEvent.Cause;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What follows for a variant by which a process ended; it is counted by its digest. */
final class Blame {

  /** Processes that end by a candidate before it is denied. */
  static final int CRASHES_MAX = 2;

  private Blame() {}

  /** The process that was to load it ended; it is given another try before it is denied. */
  static List<RolloutEvent> whileLoading(RolloutState state, Instant now) {
    var events = new ArrayList<RolloutEvent>();
    var denial = blamed(state, events, now);
    denial.ifPresent(why -> events.add(new RolloutEvent.RolledBack(Cause.CRASHED, why, now)));
    return events;
  }

  /**
   * The process that was to load what was replaced, to hold what was promoted against it, ended;
   * the watch is given up before it ends a third one.
   */
  static List<RolloutEvent> whileLoadingWhatIsWatched(Course course, Instant now) {
    return course.loads() < CRASHES_MAX
        ? List.of()
        : List.of(
            new RolloutEvent.Completed(
                Judgement.bare(
                    Verdict.INSUFFICIENT,
                    "%d processes ended while they loaded '%s', which it replaced, to watch it"
                        .formatted(course.loads(), course.stable())),
                now));
  }

  /**
   * It is rolled back, and blamed if its own process ended while it ran: once is enough.
   *
   * @param first what is noted before
   * @param cause if no process ended
   */
  static RolloutDecision failed(
      RolloutState state, List<RolloutEvent> first, Judgement judgement, Cause cause, Instant now) {
    var events = new ArrayList<>(first);
    if (judgement.isCrash()) {
      var _ = blamed(state, events, now);
    }
    var because = judgement.isCrash() ? Cause.CRASHED : cause;
    events.add(new RolloutEvent.RolledBack(because, judgement.why(), now));
    return new RolloutDecision.Accept(events);
  }

  /** Why it is denied from now on; empty if it is not. */
  private static Optional<String> blamed(RolloutState state, List<RolloutEvent> into, Instant now) {
    var digest = state.course().orElseThrow().plan().candidateDigest();
    into.add(new RolloutEvent.CrashBlamed(digest, now));
    var count = state.crashes().getOrDefault(digest, 0) + 1;
    if (count < CRASHES_MAX) {
      return Optional.empty();
    }
    var why = "%d processes ended while they loaded or ran it".formatted(count);
    into.add(new RolloutEvent.Denied(digest, why, now));
    return Optional.of(why);
  }
}
