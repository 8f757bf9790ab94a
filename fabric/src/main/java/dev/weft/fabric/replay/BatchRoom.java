package dev.weft.fabric.replay;

import dev.weft.fabric.pipeline.Plan.PlanStep;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Where frames wait for those they shared a run with. */
final class BatchRoom {

  /** A run that several frames share. */
  record Key(String pipeline, long epoch, String step, String variant, List<Long> batch) {}

  /**
   * Frames that run together.
   *
   * @param frames in the order of their rows
   * @param isWhole whether all are there
   */
  record Party(PlanStep step, Choice.Run run, List<ReplayFrame> frames, boolean isWhole) {}

  /** Frames that have come, by their rows. */
  private record Waiting(PlanStep step, Choice.Run run, Map<Integer, ReplayFrame> frames) {}

  private final LinkedHashMap<Key, Waiting> waiting = new LinkedHashMap<>();

  /** Brings a frame; gives the party it completes, if it does. */
  Optional<Party> join(ReplayFrame frame, PlanStep step, Choice.Run run) {
    var record = frame.record();
    var key =
        new Key(
            record.pipeline(),
            record.epoch(),
            step.name(),
            run.stage() + "@" + run.variant(),
            run.batch());
    var there = waiting.computeIfAbsent(key, _ -> new Waiting(step, run, new TreeMap<>()));
    there.frames().put(run.batch().indexOf(record.number()), frame);
    if (there.frames().size() < run.batch().size()) {
      return Optional.empty();
    }
    waiting.remove(key);
    return Optional.of(party(there, true));
  }

  /** Takes the party that waits longest out as it is; empty if none waits. */
  Optional<Party> oldest() {
    if (waiting.isEmpty()) {
      return Optional.empty();
    }
    var first = waiting.pollFirstEntry();
    return Optional.of(party(first.getValue(), false));
  }

  private static Party party(Waiting there, boolean isWhole) {
    return new Party(there.step(), there.run(), new ArrayList<>(there.frames().values()), isWhole);
  }
}
