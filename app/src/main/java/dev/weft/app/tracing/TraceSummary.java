package dev.weft.app.tracing;

import dev.weft.app.console.Amount;
import dev.weft.fabric.trace.Fingerprint;
import dev.weft.fabric.trace.FrameRecord;
import dev.weft.fabric.trace.TensorRecord;
import dev.weft.fabric.trace.TraceException;
import dev.weft.fabric.trace.TraceRecord;
import dev.weft.fabric.trace.TraceRecord.Checkpoint;
import dev.weft.fabric.trace.TraceRecord.Content;
import dev.weft.fabric.trace.TraceRecord.Deployment;
import dev.weft.fabric.trace.TraceRecord.Loss;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/** What one reading of a whole trace finds: what it holds, and whether it is as it was written. */
public final class TraceSummary {

  private static final int TOLD_MAX = 1000;

  private final Map<String, Long> framesByPipeline = new TreeMap<>();
  private final Set<String> fingerprints = new HashSet<>();
  private final Set<String> missing = new HashSet<>();
  private final List<Loss> losses = new ArrayList<>();
  private final Set<String> sessions = new HashSet<>();
  private final List<String> problems = new ArrayList<>();
  private Optional<Instant> begun = Optional.empty();
  private long records;
  private long frames;
  private long replayable;
  private long lostFrames;
  private long lostRecords;
  private long deferred;

  private TraceSummary() {}

  /** As the other, with nobody who sees the records. */
  public static TraceSummary of(RecordedTrace trace, Consumer<RecordedTrace.Reading> told) {
    return of(trace, told, _ -> {});
  }

  /**
   * @param told is told after each record
   * @param also sees each record
   * @throws TraceException if it is no trace
   */
  public static TraceSummary of(
      RecordedTrace trace, Consumer<RecordedTrace.Reading> told, Consumer<TraceRecord> also) {
    try (var reading = trace.read(FrameFilter.everything())) {
      var summary = new TraceSummary();
      summary.begun = reading.begun();
      for (var next = reading.next(); next.isPresent(); next = reading.next()) {
        summary.add(next.get(), reading);
        also.accept(next.get());
        told.accept(reading);
      }
      summary.records = reading.records();
      // In a folder what was deleted by age or size takes them along, and later ones follow.
      if (trace instanceof RecordedTrace.OfFile && !summary.missing.isEmpty()) {
        summary.problem(
            "%s: fingerprints %s (expected: each before the frames that name it)"
                .formatted(trace.path(), summary.missing));
      }
      return summary;
    }
  }

  private void add(TraceRecord record, RecordedTrace.Reading reader) {
    switch (record) {
      case FrameRecord frame -> add(frame, reader);
      case Fingerprint print -> fingerprints.add(print.id());
      case Loss loss -> {
        lostFrames += loss.isOfRecords() ? 0 : loss.frames();
        lostRecords += loss.isOfRecords() ? loss.frames() : 0;
        loss.place().ifPresent(this::problem);
        if (losses.size() < TOLD_MAX && !loss.isDamage()) {
          losses.add(loss);
        }
      }
      case Deployment _, Content _, Checkpoint _ -> {}
    }
  }

  private void add(FrameRecord frame, RecordedTrace.Reading reader) {
    frames++;
    deferred += frame.isDeferred() ? 1 : 0;
    begun = begun.or(() -> Optional.of(frame.admittedAt()));
    framesByPipeline.merge(frame.pipeline(), 1L, Long::sum);
    if (sessions.size() < 100_000) {
      sessions.add(frame.session());
    }
    if (!fingerprints.contains(frame.fingerprint())) {
      missing.add(frame.fingerprint());
    }
    var hasAll = true;
    for (var input : frame.inputs()) {
      hasAll &= isKept(input, reader);
    }
    frame.answer().outputs().forEach(output -> isKept(output, reader));
    replayable += hasAll ? 1 : 0;
  }

  /** Whether the content is there; a reference to what is not there, or damaged, is a problem. */
  private boolean isKept(TensorRecord tensor, RecordedTrace.Reading reader) {
    try {
      return tensor.kept() instanceof TensorRecord.Beside
          ? reader.has(tensor)
          : tensor.kept() instanceof TensorRecord.Inline;
    } catch (TraceException e) {
      problem(String.valueOf(e.getMessage()));
      return false;
    }
  }

  private void problem(String what) {
    if (problems.size() < TOLD_MAX) {
      problems.add(what);
    }
  }

  /** What is not as it was written, each with its place; empty if all is. The first 1,000. */
  public List<String> problems() {
    return List.copyOf(problems);
  }

  /** When it was begun, or its first frame was admitted; empty if there is none. */
  public Optional<Instant> begun() {
    return begun;
  }

  public long records() {
    return records;
  }

  public long frames() {
    return frames;
  }

  /** Frames whose inputs were kept. */
  public long replayable() {
    return replayable;
  }

  /** Frames that were not recorded. */
  public long lostFrames() {
    return lostFrames;
  }

  /** Records that a buffer dropped or deleted, of frames and of what they refer to. */
  public long lostRecords() {
    return lostRecords;
  }

  /** Both, in words. */
  public String lost() {
    if (lostRecords == 0) {
      return String.valueOf(lostFrames);
    }
    var records = Amount.count(lostRecords, "record");
    return lostFrames == 0 ? records : Amount.count(lostFrames, "frame") + ", " + records;
  }

  /** Frames recorded while the sink they are for could not be reached. */
  public long deferred() {
    return deferred;
  }

  public List<Loss> losses() {
    return List.copyOf(losses);
  }

  public Map<String, Long> framesByPipeline() {
    return new TreeMap<>(framesByPipeline);
  }

  public int sessions() {
    return sessions.size();
  }

  /** As an object for {@code --json}. */
  public Map<String, Object> object(Path file) {
    var object = new LinkedHashMap<String, Object>();
    object.put("trace", file.toString());
    object.put("begun", begun.map(Instant::toString).orElse(""));
    object.put("records", records);
    object.put("frames", frames);
    object.put("replayable", replayable);
    object.put("sessions", sessions());
    object.put("lostFrames", lostFrames);
    object.put("lostRecords", lostRecords);
    object.put("deferred", deferred);
    object.put("pipelines", framesByPipeline);
    return object;
  }
}
