package dev.weft.persistence.segment;

import dev.weft.persistence.disk.Disk;
import dev.weft.persistence.disk.DiskException;
import dev.weft.persistence.disk.DiskException.Kind;
import dev.weft.persistence.trace.TraceKey;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A look at what stands in a store's folder, whoever has it open: the keys of records, which are in
 * the clear, and how large they are. Locks nothing and writes nothing. What is written or deleted
 * meanwhile may be seen or not.
 */
public final class SegmentLook {

  private final Disk disk;
  private final long fromNumber;
  private final Consumer<Seen> seen;

  /**
   * A record.
   *
   * @param bytes of its payload, sealed if it is encrypted, without attachments
   */
  public record Seen(TraceKey key, long number, long bytes) {}

  /** A segment that is to be read up to {@code end}. */
  private record Extent(String name, long end) {}

  private SegmentLook(Disk disk, long fromNumber, Consumer<Seen> seen) {
    this.disk = disk;
    this.fromNumber = fromNumber;
    this.seen = seen;
  }

  /**
   * Shows the records on {@code disk}, class by class, by ascending number within each.
   *
   * @param fromNumber lower ones are left out
   * @throws dev.weft.persistence.trace.TraceFormatException if a newer version wrote a segment
   */
  public static void at(Disk disk, long fromNumber, Consumer<Seen> seen) throws IOException {
    var look = new SegmentLook(disk, fromNumber, seen);
    for (var files : Recovery.segments(disk).entrySet()) {
      for (var extent : look.extents(files.getValue())) {
        look.read(extent, files.getKey());
      }
    }
  }

  /** From the newest back to the one that holds {@code fromNumber}, as their headers chain them. */
  private Deque<Extent> extents(TreeMap<Long, String> files) throws IOException {
    var extents = new ArrayDeque<Extent>();
    var end = Long.MAX_VALUE;
    var expectedId = files.lastKey();
    for (var file : files.descendingMap().entrySet()) {
      // What no successor names is of a group that failed.
      if (file.getKey() > expectedId) {
        continue;
      }
      extents.addFirst(new Extent(file.getValue(), end));
      var header = header(file.getValue());
      if (header.isPresent() && header.get().firstNumber() <= fromNumber) {
        return extents;
      }
      end = header.map(SegmentHeader::previousLength).orElse(Long.MAX_VALUE);
      expectedId = header.map(SegmentHeader::previousId).orElse(file.getKey() - 1);
    }
    return extents;
  }

  private Optional<SegmentHeader> header(String name) throws IOException {
    try {
      var file = disk.open(name);
      try {
        return SegmentHeader.read(file, name);
      } finally {
        file.close();
      }
    } catch (DiskException e) {
      return unlessAbsent(e);
    }
  }

  private void read(Extent extent, String retentionClass) throws IOException {
    Optional<SegmentReader> opened;
    try {
      var file = disk.open(extent.name());
      var limit = Math.min(file.size(), extent.end());
      opened = Optional.of(new SegmentReader(file, extent.name(), limit));
    } catch (DiskException e) {
      opened = unlessAbsent(e);
    }
    if (opened.isEmpty()) {
      return;
    }
    try (var reader = opened.get()) {
      for (var next = reader.next(); next.isPresent(); next = reader.next()) {
        var frame = next.get();
        if (frame.kind() == Frame.Kind.RECORD && frame.number() >= fromNumber) {
          var key = FrameOpener.key(frame, retentionClass);
          seen.accept(new Seen(key, frame.number(), frame.payloadLength()));
        }
      }
    }
  }

  /** What was deleted since the folder was listed is not there. */
  private static <T> Optional<T> unlessAbsent(DiskException e) throws DiskException {
    if (e.kind() != Kind.ABSENT) {
      throw e;
    }
    return Optional.empty();
  }
}
