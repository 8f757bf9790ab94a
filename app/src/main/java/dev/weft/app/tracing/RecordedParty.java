package dev.weft.app.tracing;

import dev.weft.fabric.trace.FrameRecord;
import dev.weft.fabric.trace.TraceException;
import dev.weft.fabric.trace.TraceSource;
import dev.weft.gateway.observatory.RememberedFrame;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The recorded frames it takes to run one again as it ran: itself, those it shared a run with, and
 * those these shared one with.
 *
 * @param members all of them: the number of each, and when it was admitted on the node's clock, as
 *     numbers begin anew with a pipeline
 * @param fingerprints under which they ran
 */
record RecordedParty(FrameRecord frame, Map<Long, Long> members, Set<String> fingerprints) {

  /** Most frames that run again for the sake of one; without the others batches are not rebuilt. */
  static final int FRAMES_MAX = 64;

  /** Most frames of its time that are looked at. */
  private static final int LOOKS_MAX = 200_000;

  RecordedParty {
    members = Map.copyOf(members);
    fingerprints = Set.copyOf(fingerprints);
  }

  /** What is remembered of each frame that might belong to it. */
  private record Brief(long admittedNanos, Duration away, Set<Long> mates, String fingerprint) {}

  /**
   * Looks for the frames in what was recorded at its time. Of several that have one number the
   * nearest in time is meant, and of the wanted one's those of its tenant only.
   *
   * @param source frames of its pipeline
   * @param check is run before each record; what it throws ends this
   * @return empty if the frame is not there
   */
  static Optional<RecordedParty> of(
      TraceSource source, long epoch, RememberedFrame wanted, Runnable check) {
    var briefs = new HashMap<Long, Brief>();
    var found = Optional.<FrameRecord>empty();
    for (var next = source.next(); next.isPresent(); next = source.next()) {
      check.run();
      if (next.get() instanceof FrameRecord frame
          && frame.epoch() == epoch
          && mayBeMeant(frame, wanted)) {
        requireFew(briefs.size());
        var brief = brief(frame, wanted);
        var before = briefs.get(frame.number());
        if (before == null || brief.away().compareTo(before.away()) < 0) {
          briefs.put(frame.number(), brief);
          found = frame.number() == wanted.number() ? Optional.of(frame) : found;
        }
      }
    }
    return found.map(frame -> around(frame, briefs));
  }

  private static boolean mayBeMeant(FrameRecord frame, RememberedFrame wanted) {
    return frame.number() != wanted.number() || frame.tenant().equals(wanted.tenant());
  }

  private static Brief brief(FrameRecord frame, RememberedFrame wanted) {
    return new Brief(
        frame.admittedNanos(),
        Duration.between(frame.admittedAt(), wanted.admittedAt()).abs(),
        mates(frame),
        frame.fingerprint());
  }

  /** Whether this very frame belongs to it. */
  boolean has(FrameRecord one) {
    var admittedNanos = members.get(one.number());
    return one.epoch() == frame.epoch()
        && admittedNanos != null
        && admittedNanos == one.admittedNanos();
  }

  private static void requireFew(int looked) {
    if (looked >= LOOKS_MAX) {
      throw new TraceException(
          "more than %d frames were recorded at its time (expected: fewer; 'weft replay' takes any"
                  .formatted(LOOKS_MAX)
              + " number)");
    }
  }

  private static Set<Long> mates(FrameRecord frame) {
    return frame.steps().stream()
        .map(FrameRecord.StepRecord::batch)
        .flatMap(List::stream)
        .filter(other -> other != frame.number())
        .collect(Collectors.toUnmodifiableSet());
  }

  private static RecordedParty around(FrameRecord frame, Map<Long, Brief> briefs) {
    var members = new HashMap<Long, Long>();
    var fingerprints = new HashSet<String>();
    var queue = new ArrayDeque<>(List.of(frame.number()));
    while (!queue.isEmpty() && members.size() < FRAMES_MAX) {
      var brief = briefs.get(queue.peek());
      if (brief != null && members.putIfAbsent(queue.peek(), brief.admittedNanos()) == null) {
        fingerprints.add(brief.fingerprint());
        queue.addAll(brief.mates());
      }
      queue.remove();
    }
    return new RecordedParty(frame, members, fingerprints);
  }
}
