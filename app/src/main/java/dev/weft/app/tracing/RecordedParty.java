package dev.weft.app.tracing;

import dev.weft.fabric.trace.FrameRecord;
import dev.weft.fabric.trace.TraceException;
import dev.weft.fabric.trace.TraceSource;
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
 * @param numbers of all of them
 * @param fingerprints under which they ran
 */
record RecordedParty(FrameRecord frame, Set<Long> numbers, Set<String> fingerprints) {

  /** Most frames that run again for the sake of one; without the others batches are not rebuilt. */
  static final int FRAMES_MAX = 64;

  /** Most frames of its time that are looked at. */
  private static final int LOOKS_MAX = 200_000;

  RecordedParty {
    numbers = Set.copyOf(numbers);
    fingerprints = Set.copyOf(fingerprints);
  }

  /** What is remembered of each frame that might belong to it. */
  private record Brief(Set<Long> mates, String fingerprint) {}

  /**
   * Looks for the frames in what was recorded at its time.
   *
   * @param source frames of its pipeline
   * @param check is run before each record; what it throws ends this
   * @return empty if the frame is not there
   */
  static Optional<RecordedParty> of(TraceSource source, long epoch, long number, Runnable check) {
    var briefs = new HashMap<Long, Brief>();
    var found = Optional.<FrameRecord>empty();
    for (var next = source.next(); next.isPresent(); next = source.next()) {
      check.run();
      if (next.get() instanceof FrameRecord frame && frame.epoch() == epoch) {
        requireFew(briefs.size());
        briefs.put(frame.number(), new Brief(mates(frame), frame.fingerprint()));
        found = frame.number() == number ? Optional.of(frame) : found;
      }
    }
    return found.map(frame -> around(frame, briefs));
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
    var numbers = new HashSet<Long>();
    var fingerprints = new HashSet<String>();
    var queue = new ArrayDeque<>(List.of(frame.number()));
    while (!queue.isEmpty() && numbers.size() < FRAMES_MAX) {
      var brief = briefs.get(queue.peek());
      if (brief != null && numbers.add(queue.peek())) {
        fingerprints.add(brief.fingerprint());
        queue.addAll(brief.mates());
      }
      queue.remove();
    }
    return new RecordedParty(frame, numbers, fingerprints);
  }
}
