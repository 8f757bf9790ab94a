package dev.weft.app.tracing;

import dev.weft.fabric.trace.FrameRecord;
import dev.weft.fabric.trace.FrameRecord.StepRecord;
import dev.weft.fabric.trace.TensorRecord;
import dev.weft.fabric.trace.TraceFile;
import java.nio.file.Path;
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
 */
public record TraceDiff(
    long equal, long different, long onlyHere, long onlyThere, Optional<String> first) {

  private record Key(String pipeline, long number) {}

  /** Keeps a hash per frame of the first in memory. */
  public static TraceDiff of(Path here, Path there) {
    Map<Key, Integer> hashes = new HashMap<>();
    try (var reader = TraceFile.open(here)) {
      for (var next = reader.next(); next.isPresent(); next = reader.next()) {
        if (next.get() instanceof FrameRecord frame) {
          hashes.put(key(frame), substance(frame).hashCode());
        }
      }
    }
    var equal = 0L;
    var different = 0L;
    var onlyThere = 0L;
    Optional<FrameRecord> first = Optional.empty();
    try (var reader = TraceFile.open(there)) {
      for (var next = reader.next(); next.isPresent(); next = reader.next()) {
        if (!(next.get() instanceof FrameRecord frame)) {
          continue;
        }
        var hash = hashes.remove(key(frame));
        if (hash == null) {
          onlyThere++;
        } else if (hash == substance(frame).hashCode()) {
          equal++;
        } else {
          different++;
          first = first.isEmpty() ? Optional.of(frame) : first;
        }
      }
    }
    return new TraceDiff(
        equal, different, hashes.size(), onlyThere, first.map(frame -> place(here, frame)));
  }

  public boolean isEmpty() {
    return different == 0 && onlyHere == 0 && onlyThere == 0;
  }

  /** Where the frame differs from its counterpart, in words. */
  private static String place(Path here, FrameRecord there) {
    try (var reader = TraceFile.open(here)) {
      for (var next = reader.next(); next.isPresent(); next = reader.next()) {
        if (next.get() instanceof FrameRecord frame && key(frame).equals(key(there))) {
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

  private static Key key(FrameRecord frame) {
    return new Key(frame.pipeline(), frame.number());
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
