package dev.weft.app.tracing;

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
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Copies chosen frames, and what they refer to, from one trace into a new file. */
public final class TraceCopy {

  private TraceCopy() {}

  /**
   * @return frames copied
   * @throws dev.weft.fabric.trace.TraceException if one cannot be read or the other not written;
   *     then there is no new file
   */
  public static long copy(RecordedTrace from, Path to, Instant now, FrameFilter wanted) {
    var isWhole = false;
    var sink = TraceFile.create(to, now);
    try {
      var frames = copy(from, sink, wanted);
      sink.close();
      isWhole = true;
      return frames;
    } finally {
      if (!isWhole) {
        sink.close();
        delete(to);
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

  private static long copy(RecordedTrace from, TraceSink sink, FrameFilter wanted) {
    var frames = 0L;
    Set<String> copied = new HashSet<>();
    try (var reader = from.read(wanted)) {
      for (var next = reader.next(); next.isPresent(); next = reader.next()) {
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
          case TraceRecord.Aside aside -> sink.append(aside, "");
        }
      }
    }
    return frames;
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
