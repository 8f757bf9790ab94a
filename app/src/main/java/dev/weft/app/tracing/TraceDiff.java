package dev.weft.app.tracing;

import dev.weft.fabric.trace.FrameRecord;
import dev.weft.fabric.trace.FrameRecord.StepRecord;
import dev.weft.fabric.trace.TensorRecord;
import dev.weft.fabric.trace.TraceRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Two traces held against each other, frame by frame: decisions, and the digests of what went in
 * and came out. Times, batches and epochs may differ.
 *
 * @param equal frames that are alike
 * @param different frames that are not
 * @param onlyHere frames that only the first has
 * @param onlyThere frames that only the second has
 * @param first the first frame of the second trace that differs, and at what
 * @param damaged places of either from which on it could not be read
 */
public record TraceDiff(
    long equal,
    long different,
    long onlyHere,
    long onlyThere,
    Optional<String> first,
    List<String> damaged) {

  public TraceDiff {
    damaged = List.copyOf(damaged);
  }

  private static final int DAMAGED_MAX = 1000;

  /**
   * @param run how many epochs of the trace came before
   */
  private record Key(String pipeline, int run, long number) {}

  /** Gives frames keys that are alike in traces of like runs. */
  private static final class Keys {
    private final Map<Long, Integer> runs = new HashMap<>();

    Key of(FrameRecord frame) {
      var run = runs.computeIfAbsent(frame.epoch(), _ -> runs.size());
      return new Key(frame.pipeline(), run, frame.number());
    }
  }

  private record Placed(FrameRecord frame, Key key) {}

  /** Keeps a hash per frame of the first in memory. */
  public static TraceDiff of(RecordedTrace here, RecordedTrace there) {
    var keysHere = new Keys();
    var keysThere = new Keys();
    Map<Key, Integer> hashes = new HashMap<>();
    var damaged = new ArrayList<String>();
    try (var reader = here.read(FrameFilter.everything())) {
      for (var next = reader.next(); next.isPresent(); next = reader.next()) {
        if (next.get() instanceof FrameRecord frame) {
          hashes.put(keysHere.of(frame), substance(frame).hashCode());
        }
        note(next.get(), damaged);
      }
    }
    var equal = 0L;
    var different = 0L;
    var onlyThere = 0L;
    Optional<Placed> first = Optional.empty();
    try (var reader = there.read(FrameFilter.everything())) {
      for (var next = reader.next(); next.isPresent(); next = reader.next()) {
        note(next.get(), damaged);
        if (!(next.get() instanceof FrameRecord frame)) {
          continue;
        }
        var key = keysThere.of(frame);
        var hash = hashes.remove(key);
        if (hash == null) {
          onlyThere++;
        } else if (hash == substance(frame).hashCode()) {
          equal++;
        } else {
          different++;
          first = first.isEmpty() ? Optional.of(new Placed(frame, key)) : first;
        }
      }
    }
    return new TraceDiff(
        equal,
        different,
        hashes.size(),
        onlyThere,
        first.map(placed -> place(here, placed)),
        damaged);
  }

  private static void note(TraceRecord record, List<String> damaged) {
    if (record instanceof TraceRecord.Loss loss && damaged.size() < DAMAGED_MAX) {
      loss.place().ifPresent(damaged::add);
    }
  }

  public boolean isEmpty() {
    return different == 0 && onlyHere == 0 && onlyThere == 0 && damaged.isEmpty();
  }

  /** Where the frame differs from its counterpart, in words. */
  private static String place(RecordedTrace here, Placed placed) {
    var there = placed.frame();
    var keys = new Keys();
    try (var reader = here.read(FrameFilter.everything())) {
      for (var next = reader.next(); next.isPresent(); next = reader.next()) {
        if (next.get() instanceof FrameRecord frame && keys.of(frame).equals(placed.key())) {
          return "frame %d of pipeline '%s': %s"
              .formatted(there.number(), there.pipeline(), place(frame, there));
        }
      }
    }
    throw new IllegalStateException("frame " + there.number() + " was there before");
  }

  private static String place(FrameRecord here, FrameRecord there) {
    if (!digests(here.inputs()).equals(digests(there.inputs()))) {
      return "its inputs";
    }
    for (var step : here.steps()) {
      var other = there.step(step.name());
      if (other.isEmpty() || step.decision() != other.get().decision()) {
        return "step '%s': %s, there %s"
            .formatted(
                step.name(),
                step.decision(),
                other.map(o -> o.decision().name()).orElse("not reached"));
      }
      if (!substance(step).equals(substance(other.get()))) {
        return "step '%s': outputs of %s@%s, there %s@%s"
            .formatted(
                step.name(),
                step.stage(),
                step.variant(),
                other.get().stage(),
                other.get().variant());
      }
    }
    return "its answer";
  }

  private static List<Object> substance(FrameRecord frame) {
    return List.of(
        digests(frame.inputs()),
        frame.steps().stream().map(TraceDiff::substance).sorted().toList(),
        frame.answer().kind().name(),
        frame.answer().reason(),
        digests(frame.answer().outputs()));
  }

  private static String substance(StepRecord step) {
    return "%s %s %s %s %s %08x"
        .formatted(
            step.name(),
            step.decision(),
            step.stage(),
            step.variant(),
            digests(step.outputs()),
            Objects.hash(step.error()));
  }

  private static List<String> digests(List<TensorRecord> tensors) {
    return tensors.stream().map(tensor -> tensor.name() + tensor.digest()).toList();
  }
}
