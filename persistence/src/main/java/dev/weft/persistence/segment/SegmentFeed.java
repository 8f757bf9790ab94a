package dev.weft.persistence.segment;

import dev.weft.persistence.disk.Disk;
import dev.weft.persistence.disk.DiskException;
import dev.weft.persistence.segment.MirrorGroup.BlobPart;
import dev.weft.persistence.segment.MirrorGroup.SegmentPart;
import dev.weft.persistence.trace.BlobId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * What a mirror of a store asks: the bytes that come after those it has, as they stand in the
 * files. Keeps nothing of who asks. For any number of threads.
 */
public final class SegmentFeed {

  private final Disk disk;
  private final Supplier<Durable> durable;

  SegmentFeed(Disk disk, Supplier<Durable> durable) {
    this.disk = disk;
    this.durable = durable;
  }

  /** Every record with a number up to this one is durable, or was dropped. */
  public long through() {
    return durable.get().through();
  }

  /**
   * Holds a mirror's position against the store. Reads nothing.
   *
   * @throws MirrorException if the mirror has what the store has not
   */
  public void requireBehind(MirrorPosition from) throws MirrorException {
    requireBehind(from, durable.get());
  }

  private static void requireBehind(MirrorPosition from, Durable now) throws MirrorException {
    if (from.through() > now.through()) {
      throw new MirrorException(
          "mirror: through record %d (expected: <= %d)".formatted(from.through(), now.through()));
    }
    for (var views : now.views().values()) {
      var there = views.stream().filter(view -> !view.isMissing()).toList();
      if (!there.isEmpty()) {
        requireBehind(from, there.getLast());
      }
    }
  }

  /** Bytes of segments that a mirror at {@code from} lacks. */
  public long bytesAfter(MirrorPosition from) {
    var bytes = 0L;
    for (var views : durable.get().views().values()) {
      for (var view : views) {
        bytes += Math.max(0, view.length() - start(from, view));
      }
    }
    return bytes;
  }

  /**
   * What a mirror at {@code from} needs next.
   *
   * @param bytesMax of it; one record alone may be more
   * @throws MirrorException if the mirror has what the store has not
   */
  public MirrorGroup next(MirrorPosition from, int bytesMax) throws IOException {
    var now = durable.get();
    requireBehind(from, now);
    var collecting = new Collecting(bytesMax);
    var oldest = new TreeMap<String, Long>();
    for (var entry : now.views().entrySet()) {
      var views = entry.getValue().stream().filter(view -> !view.isMissing()).toList();
      if (!views.isEmpty()) {
        oldest.put(entry.getKey(), views.getFirst().id());
      }
      for (var view : views) {
        collecting.take(view, start(from, view));
      }
    }
    var to = new MirrorGroup(from, from.through(), collecting.parts, oldest).to();
    return new MirrorGroup(from, through(to, now), collecting.parts, oldest);
  }

  /** One less than the lowest number that a mirror at {@code to} lacks in any class. */
  private long through(MirrorPosition to, Durable now) throws IOException {
    var through = now.through();
    for (var views : now.views().values()) {
      var lacking =
          views.stream().filter(view -> !view.isMissing() && start(to, view) < view.length());
      var first = lacking.findFirst();
      if (first.isPresent()) {
        through = Math.min(through, number(first.get(), start(to, first.get())) - 1);
      }
    }
    return Math.max(to.through(), through);
  }

  /** The number of the frame that begins at {@code start}; 0 if that cannot be told. */
  private long number(SegmentView view, long start) throws IOException {
    try (var reader = new SegmentReader(disk.open(view.name()), view.name(), view.length())) {
      reader.skipTo(start);
      return reader.next().map(Frame::number).orElse(0L);
    } catch (DiskException e) {
      if (e.kind() != DiskException.Kind.ABSENT) {
        throw e;
      }
      return 0;
    }
  }

  /** From where a mirror lacks a segment; all of it counts as there if a newer one is. */
  private static long start(MirrorPosition from, SegmentView view) {
    var end = from.ends().get(view.retentionClass());
    if (end == null || end.id() < view.id()) {
      return 0;
    }
    return end.id() == view.id() ? end.length() : Long.MAX_VALUE;
  }

  private static void requireBehind(MirrorPosition from, SegmentView newest)
      throws MirrorException {
    var end = from.ends().get(newest.retentionClass());
    if (end != null
        && (end.id() > newest.id() || end.id() == newest.id() && end.length() > newest.length())) {
      throw new MirrorException(
          "mirror: class %s through segment %d, %d bytes (expected: <= segment %d, %d bytes)"
              .formatted(
                  newest.retentionClass(), end.id(), end.length(), newest.id(), newest.length()));
    }
  }

  /** One group as it grows. */
  private final class Collecting {

    private final List<MirrorGroup.Part> parts = new ArrayList<>();
    private final Set<String> blobs = new HashSet<>();
    private final Hashing hashing = new Hashing();
    private long bytesLeft;
    private boolean isWhole = true;

    private Collecting(int bytesMax) {
      bytesLeft = bytesMax;
    }

    private void take(SegmentView view, long start) throws IOException {
      if (start >= view.length()) {
        return;
      }
      if (!isWhole || bytesLeft <= 0) {
        isWhole = false;
        return;
      }
      try {
        read(view, start);
      } catch (DiskException e) {
        if (e.kind() != DiskException.Kind.ABSENT) {
          throw e;
        }
        // Deleted meanwhile: by the next look it is no part of the store.
        isWhole = false;
      }
    }

    private void read(SegmentView view, long start) throws IOException {
      var file = disk.open(view.name());
      try (var reader = new SegmentReader(file, view.name(), view.length())) {
        reader.skipTo(start);
        var before = reader.offset();
        for (var next = reader.next(); next.isPresent(); next = reader.next()) {
          for (var blob : next.get().blobs()) {
            takeBlob(view.retentionClass(), blob.hex());
          }
          bytesLeft -= reader.offset() - before;
          before = reader.offset();
          if (bytesLeft <= 0) {
            break;
          }
        }
        var end = reader.offset();
        var isDamaged = end == start || end == SegmentHeader.BYTES && start == 0;
        if (isDamaged) {
          end = Math.min(view.length(), start + Math.max(1, bytesLeft));
          bytesLeft -= end - start;
        }
        var bytes = ByteBuffer.allocate((int) (end - start));
        file.read(start, bytes);
        parts.add(
            new SegmentPart(view.retentionClass(), view.id(), start, isDamaged, bytes.array()));
        isWhole = end == view.length();
      }
    }

    private void takeBlob(String retentionClass, String hex) throws DiskException {
      var name = Names.blob(retentionClass, new BlobId(hex));
      if (!blobs.add(name)) {
        return;
      }
      var size = disk.size(name);
      if (size < 0) {
        return;
      }
      var bytes = ByteBuffer.allocate((int) size);
      try (var file = disk.open(name)) {
        file.read(0, bytes);
      }
      if (!HexFormat.of().formatHex(hashing.hash(bytes.array())).equals(hex)) {
        // The disk does not give back what it got: no mirror would take it.
        return;
      }
      parts.add(new BlobPart(retentionClass, hex, bytes.array()));
      bytesLeft -= size;
    }
  }
}
