package dev.weft.persistence.segment;

import dev.weft.persistence.disk.Disk;
import dev.weft.persistence.disk.DiskException;
import dev.weft.persistence.disk.DiskFile;
import dev.weft.persistence.segment.ClassLog.StreamHead;
import dev.weft.persistence.segment.MirrorGroup.SegmentPart;
import dev.weft.persistence.segment.MirrorPosition.End;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The segments of one class of a mirror. For one thread. */
final class MirrorLog {

  private static final String PART = ".part";
  private static final int CHUNK_BYTES = 1 << 18;

  private final Disk disk;
  private final String name;
  private final TreeMap<Long, Segment> segments = new TreeMap<>();
  private final Map<String, StreamHead> heads = new HashMap<>();
  private final List<Staged> staged = new ArrayList<>();
  private Map<String, StreamHead> stagedHeads = Map.of();
  private boolean isStagedBroken;
  private Optional<End> end = Optional.empty();
  private long lastNumber;
  private @Nullable DiskFile file;

  /** Bytes that are checked and not yet counted. */
  private record Staged(SegmentPart part, List<Segment.Line> lines, List<StoredLoss> losses) {}

  MirrorLog(Disk disk, String name) {
    this.disk = disk;
    this.name = name;
  }

  /** The highest number of a record here. */
  long lastNumber() {
    return lastNumber;
  }

  /**
   * Takes what is on the disk through {@code noted}, and cuts off what is not.
   *
   * @param files of the class's segments, by id
   */
  void open(TreeMap<Long, String> files, End noted) throws IOException {
    for (var beyond : List.copyOf(files.tailMap(noted.id(), false).values())) {
      disk.delete(beyond);
    }
    files.tailMap(noted.id(), false).clear();
    var newest = files.get(noted.id());
    if (newest == null || disk.size(newest) < noted.length()) {
      throw new MirrorException(
          "%s: not there through byte %d (expected: as the mirror noted)"
              .formatted(disk.place(Names.segment(name, noted.id())), noted.length()));
    }
    cut(newest, noted.length());
    var before = Optional.<End>empty();
    for (var one : SegmentScan.of(disk, files).segments()) {
      var segment = one.segment();
      if (!one.header().map(SegmentHeader::previous).equals(before)) {
        heads.clear();
      }
      before = Optional.of(new End(segment.id(), segment.expectedLength()));
      if (segment.id() == noted.id()) {
        segment.extend(segment.length(), noted.length());
      }
      segments.put(segment.id(), segment);
      heads.putAll(one.heads());
      if (segment.length() < segment.expectedLength()) {
        heads.clear();
      }
      lastNumber = Math.max(lastNumber, segment.lastNumber());
    }
    end = Optional.of(noted);
  }

  private void cut(String segment, long length) throws DiskException {
    try (var open = disk.open(segment)) {
      if (open.size() > length) {
        open.truncate(length);
        open.force();
      }
    }
  }

  /**
   * Checks {@code parts} against what is there.
   *
   * @throws MirrorException if they do not follow it; then nothing is changed
   */
  void stage(List<SegmentPart> parts) throws IOException {
    staged.clear();
    var check = new MirrorCheck(heads, end, lastNumber);
    var to = end;
    for (var part : parts) {
      var isNext = to.map(End::id).orElse(0L) < part.id() && part.offset() == 0;
      var isMore = to.equals(Optional.of(new End(part.id(), part.offset())));
      if (!isNext && !isMore) {
        throw new MirrorException(
            "segment %d of class %s from byte %d (expected: what follows %s)"
                .formatted(part.id(), name, part.offset(), to));
      }
      check.take(part);
      staged.add(new Staged(part, check.lines(), check.losses()));
      to = Optional.of(new End(part.id(), part.offset() + part.bytes().length));
    }
    stagedHeads = check.heads();
    isStagedBroken = check.isBroken();
  }

  /** Writes what was staged and forces it. Answers whether there is a new file. */
  boolean write() throws DiskException {
    var isNew = false;
    for (var one : staged) {
      var part = one.part();
      var to = file;
      if (part.offset() == 0) {
        force();
        close();
        disk.delete(Names.segment(name, part.id()));
        to = disk.create(Names.segment(name, part.id()));
        file = to;
        isNew = true;
      } else if (to == null) {
        to = reopened(Names.segment(name, part.id()), part.offset());
        isNew = true;
      }
      to.append(ByteBuffer.wrap(part.bytes()));
    }
    force();
    return isNew;
  }

  private void force() throws DiskException {
    var open = file;
    if (open != null) {
      open.force();
    }
  }

  /** A file grows only in the hands of who made it: one of an earlier life is copied. */
  private DiskFile reopened(String segment, long length) throws DiskException {
    var part = segment + PART;
    disk.delete(part);
    var copy = disk.create(part);
    try (var from = disk.open(segment)) {
      var chunk = ByteBuffer.allocate(CHUNK_BYTES);
      for (var at = 0L; at < length; at += chunk.limit()) {
        chunk.clear().limit((int) Math.min(CHUNK_BYTES, length - at));
        from.read(at, chunk);
        copy.append(chunk.flip());
      }
      copy.force();
      disk.rename(part, segment);
    } catch (DiskException e) {
      copy.close();
      throw e;
    }
    file = copy;
    return copy;
  }

  /** Counts what was written. */
  void apply() {
    for (var one : staged) {
      var part = one.part();
      var segment =
          segments.computeIfAbsent(part.id(), id -> new Segment(Names.segment(name, id), id));
      one.lines().forEach(segment::add);
      one.losses().forEach(segment::add);
      var length = part.offset() + part.bytes().length;
      var isWhole = !part.isDamaged() && segment.length() == part.offset();
      segment.extend(isWhole ? length : segment.length(), length);
      end = Optional.of(new End(part.id(), length));
      lastNumber = Math.max(lastNumber, one.lines().isEmpty() ? 0 : segment.lastNumber());
    }
    if (isStagedBroken) {
      heads.clear();
    }
    heads.putAll(stagedHeads);
    staged.clear();
    stagedHeads = Map.of();
  }

  /** Leaves out what was written and not counted: it stays on the disk until it is written over. */
  void undo() {
    close();
    staged.clear();
    stagedHeads = Map.of();
  }

  /** Deletes segments before {@code oldest}, but for the newest, at which this goes on. */
  void deleteBefore(long oldest) throws DiskException {
    var first = Math.min(oldest, end.map(End::id).orElse(0L));
    var gone = List.copyOf(segments.headMap(first).values());
    for (var segment : gone) {
      disk.delete(segment.name());
      segments.remove(segment.id());
    }
    if (!gone.isEmpty()) {
      forgetEnded();
    }
  }

  /** Sessions of which no record is left, but for the stream of the losses. */
  private void forgetEnded() {
    var left = new HashSet<String>(Set.of(""));
    segments.values().forEach(segment -> left.addAll(segment.sessions().keySet()));
    heads.keySet().retainAll(left);
  }

  /** Files of attachments that records here refer to. */
  Set<String> blobs() {
    var blobs = new TreeSet<String>();
    for (var segment : segments.values()) {
      segment.blobs().forEach(id -> blobs.add(Names.blob(name, id)));
    }
    return blobs;
  }

  List<SegmentView> views() {
    var views = new ArrayList<SegmentView>();
    for (var segment : segments.values()) {
      var isNewest = segment.id() == segments.lastKey();
      views.add(
          new SegmentView(
              name,
              segment.name(),
              segment.id(),
              segment.length(),
              segment.expectedLength(),
              isNewest ? Optional.empty() : Optional.of(segment),
              false));
    }
    return List.copyOf(views);
  }

  void close() {
    var open = file;
    if (open != null) {
      open.close();
      file = null;
    }
  }
}
