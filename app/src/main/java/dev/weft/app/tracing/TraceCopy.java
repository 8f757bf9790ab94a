package dev.weft.app.tracing;

import dev.weft.app.failure.WorkFailed;
import dev.weft.fabric.trace.FrameRecord;
import dev.weft.fabric.trace.TensorRecord;
import dev.weft.fabric.trace.TraceException;
import dev.weft.fabric.trace.TraceFile;
import dev.weft.fabric.trace.TraceRecord;
import dev.weft.fabric.trace.TraceSink;
import dev.weft.fabric.trace.TraceSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** Copies chosen frames, and what they refer to, from one trace into a new file. */
public final class TraceCopy {

  private static final int DAMAGED_MAX = 1000;

  private TraceCopy() {}

  /**
   * What was copied.
   *
   * @param damaged places of the other trace from which on it could not be read
   */
  public record Copied(long frames, List<String> damaged) {

    public Copied {
      damaged = List.copyOf(damaged);
    }
  }

  /**
   * @param isStopped whether to give up
   * @throws dev.weft.fabric.trace.TraceException if one is no trace or the other cannot be written;
   *     then there is no new file
   * @throws WrongUse if no frame is meant; likewise
   * @throws WorkFailed if there is none at all, or it was given up; likewise
   */
  public static Copied copy(
      RecordedTrace from, Path to, Instant now, FrameFilter wanted, BooleanSupplier isStopped) {
    var isWhole = false;
    var sink = TraceFile.create(to, now);
    try {
      var copied = copy(from, sink, wanted, isStopped);
      wanted.requireFound(copied.frames(), from);
      if (copied.frames() == 0) {
        throw new WorkFailed(
            "%s: no frames%s (expected: some to copy)"
                .formatted(
                    from.path(),
                    copied.damaged().stream()
                        .findFirst()
                        .map(at -> ", damaged: " + at)
                        .orElse("")));
      }
      sink.close();
      isWhole = true;
      return copied;
    } finally {
      if (!isWhole) {
        try {
          sink.close();
        } finally {
          delete(to);
        }
      }
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Copied copy(
      RecordedTrace from, TraceSink sink, FrameFilter wanted, BooleanSupplier isStopped) {
    var frames = 0L;
    var damaged = new ArrayList<String>();
    Set<String> copied = new HashSet<>();
    try (var reader = from.read(wanted)) {
      for (var next = reader.next(); next.isPresent(); next = reader.next()) {
        if (isStopped.getAsBoolean()) {
          throw new WorkFailed("interrupted: nothing was copied");
        }
        switch (next.get()) {
          case FrameRecord frame -> {
            contents(frame, reader, sink, copied);
            sink.append(frame, "");
            frames++;
          }
          // Copied with the first frame that has it.
          case TraceRecord.Content _ -> {}
          case TraceRecord.Checkpoint _ when !wanted.equals(FrameFilter.everything()) -> {
            // It speaks of frames that may be left out.
          }
          case TraceRecord.Loss loss when loss.isDamage() && from instanceof RecordedTrace.OfFile ->
              // Of a file that is chained from end to end nothing is made that passes for whole.
              throw new TraceException(loss.place().orElseThrow());
          case TraceRecord.Loss loss when loss.isDamage() -> {
            loss.place().filter(_ -> damaged.size() < DAMAGED_MAX).ifPresent(damaged::add);
            sink.append(loss.copied(), "");
          }
          case TraceRecord.Aside aside -> sink.append(aside, "");
        }
      }
    }
    return new Copied(frames, damaged);
  }

  private static void contents(
      FrameRecord frame, TraceSource reader, TraceSink sink, Set<String> copied) {
    for (var tensor : tensors(frame)) {
      if (tensor.kept() instanceof TensorRecord.Beside(var digest) && copied.add(digest)) {
        var content = reader.content(tensor).orElseThrow(() -> missing(frame, digest));
        sink.append(new TraceRecord.Content(digest, content), "");
      }
    }
  }

  private static TraceException missing(FrameRecord frame, String digest) {
    return new TraceException(
        "frame %d of '%s': its tensor %s is not there (expected: what it was recorded with)"
            .formatted(frame.number(), frame.pipeline(), digest));
  }

  private static List<TensorRecord> tensors(FrameRecord frame) {
    return Stream.concat(frame.inputs().stream(), frame.answer().outputs().stream()).toList();
  }
}
