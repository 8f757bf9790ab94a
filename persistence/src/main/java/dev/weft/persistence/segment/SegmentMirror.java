package dev.weft.persistence.segment;

import dev.weft.persistence.disk.Disk;
import dev.weft.persistence.disk.DiskException;
import dev.weft.persistence.disk.DiskLock;
import dev.weft.persistence.segment.MirrorGroup.BlobPart;
import dev.weft.persistence.segment.MirrorGroup.SegmentPart;
import dev.weft.persistence.trace.BlobId;
import dev.weft.persistence.trace.StoreStatus;
import dev.weft.persistence.trace.TraceCursor;
import dev.weft.persistence.trace.TraceItem;
import dev.weft.persistence.trace.TraceItem.TraceRecord;
import dev.weft.persistence.trace.TraceQuery;
import dev.weft.persistence.trace.TraceReader;
import dev.weft.persistence.trace.Verification;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The same files as a {@link SegmentStore} has on another disk, as far as they came: the same
 * numbers, hashes and losses, byte for byte. What {@link #apply} answers is on the disk. One thread
 * adds; any may read.
 */
public final class SegmentMirror implements TraceReader {

  private final Disk disk;
  private final DiskLock lock;
  private final MirrorMarks marks;
  private final Map<String, MirrorLog> logs = new TreeMap<>();
  private volatile MirrorPosition position;
  private volatile Map<String, List<SegmentView>> views = Map.of();
  private volatile long commits;
  private final Set<String> blobs = new HashSet<>();
  private final Hashing hashing = new Hashing();
  private boolean isUnsure;

  private SegmentMirror(Disk disk, DiskLock lock) throws IOException {
    this.disk = disk;
    this.lock = lock;
    marks = new MirrorMarks(disk);
    position = marks.read();
    var found = Recovery.segments(disk);
    for (var end : position.ends().entrySet()) {
      var files = found.remove(end.getKey());
      log(end.getKey()).open(files == null ? new TreeMap<>() : files, end.getValue());
    }
    for (var unsure : found.values()) {
      for (var name : unsure.values()) {
        disk.delete(name);
      }
    }
    sweepBlobs();
    look();
  }

  /**
   * Opens the mirror on {@code disk}, which nobody else may hold; begins one if there is none.
   *
   * @throws MirrorException if what is there is no mirror, or not as it noted
   * @throws DiskException of kind {@code LOCKED} if another process has it
   */
  public static SegmentMirror open(Disk disk) throws IOException {
    var lock = disk.lock(Names.LOCK);
    try {
      if (disk.size(MirrorMarks.NAME) < 0 && SegmentStore.isAt(disk) && hasClean(disk)) {
        throw new MirrorException(
            "%s: of a store (expected: of a mirror)".formatted(disk.place(Names.CLEAN)));
      }
      return new SegmentMirror(disk, lock);
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static boolean hasClean(Disk disk) throws DiskException {
    return disk.size(Names.CLEAN) >= 0 || disk.size(Names.RESERVE) >= 0;
  }

  private MirrorLog log(String retentionClass) {
    return logs.computeIfAbsent(retentionClass, name -> new MirrorLog(disk, name));
  }

  /** How far it is, durably. */
  public MirrorPosition position() {
    return position;
  }

  /**
   * Adds {@code group}, if it is of this position, and is on the disk when this answers. Answers
   * whether it was: what comes late or twice changes nothing.
   *
   * @throws MirrorException if it does not follow what is here; then nothing was changed
   * @throws DiskException if it is not on the disk; then it is as if it had never come. Or if what
   *     the store deleted cannot be deleted here, too: then it counts, as {@link #position} says
   */
  public synchronized boolean apply(MirrorGroup group) throws IOException {
    if (!group.from().equals(position)) {
      return false;
    }
    var touched = stage(group);
    try {
      if (isUnsure) {
        // A force that failed may have left the mark of what is now written over.
        marks.begin(position);
        isUnsure = false;
      }
      var isNew = writeBlobs(group);
      for (var log : touched) {
        isNew |= log.write();
      }
      if (isNew) {
        disk.force();
      }
      isUnsure = true;
      marks.note(group.to());
      isUnsure = false;
    } catch (DiskException e) {
      touched.forEach(MirrorLog::undo);
      throw e;
    }
    touched.forEach(MirrorLog::apply);
    for (var part : group.parts()) {
      if (part instanceof BlobPart(var name, var hex, var _)) {
        blobs.add(Names.blob(name, new BlobId(hex)));
      }
    }
    look();
    // After what it counts: who reads meanwhile sees less, and never 3 without 2.
    position = group.to();
    commits++;
    delete(group);
    return true;
  }

  private List<MirrorLog> stage(MirrorGroup group) throws IOException {
    var parts = new TreeMap<String, List<SegmentPart>>();
    for (var part : group.parts()) {
      switch (part) {
        case SegmentPart of ->
            parts.computeIfAbsent(of.retentionClass(), _ -> new ArrayList<>()).add(of);
        case BlobPart blob -> check(blob);
      }
    }
    var touched = new ArrayList<MirrorLog>();
    for (var entry : parts.entrySet()) {
      var log = log(entry.getKey());
      log.stage(entry.getValue());
      touched.add(log);
    }
    return touched;
  }

  private void check(BlobPart blob) throws MirrorException {
    var hex = HexFormat.of().formatHex(hashing.hash(blob.bytes()));
    if (!hex.equals(blob.hex())) {
      throw new MirrorException(
          "attachment %s of class %s: hash %s (expected: its name)"
              .formatted(blob.hex(), blob.retentionClass(), hex));
    }
  }

  private boolean writeBlobs(MirrorGroup group) throws DiskException {
    var isNew = false;
    for (var part : group.parts()) {
      if (part instanceof BlobPart(var name, var hex, var bytes)) {
        var file = Names.blob(name, new BlobId(hex));
        if (!blobs.contains(file)) {
          disk.delete(file);
          try (var blob = disk.create(file)) {
            blob.append(ByteBuffer.wrap(bytes));
            blob.force();
          }
          isNew = true;
        }
      }
    }
    return isNew;
  }

  /**
   * What the store does not have any more goes here, too. What is left of it goes the next time.
   */
  private void delete(MirrorGroup group) throws DiskException {
    var before = views;
    for (var oldest : group.oldest().entrySet()) {
      log(oldest.getKey()).deleteBefore(oldest.getValue());
    }
    look();
    if (!views.equals(before)) {
      sweepBlobs();
      disk.force();
    }
  }

  private void sweepBlobs() throws DiskException {
    blobs.clear();
    logs.values().forEach(log -> blobs.addAll(log.blobs()));
    for (var name : disk.list()) {
      if (Names.blob(name).isPresent() && !blobs.contains(name)) {
        disk.delete(name);
      }
    }
  }

  private void look() {
    var now = new LinkedHashMap<String, List<SegmentView>>();
    logs.forEach((name, log) -> now.put(name, log.views()));
    views = now;
  }

  /** Whether nothing is here. */
  public boolean isEmpty() {
    return position.ends().isEmpty();
  }

  /** Whether nothing is here after the number through which everything is. */
  public synchronized boolean isWhole() {
    return logs.values().stream().allMatch(log -> log.lastNumber() <= position.through());
  }

  /**
   * Of the records that are here, those up to which none is missing: what is beyond came without
   * that of other classes which the store numbered before.
   */
  @Override
  public TraceCursor read(TraceQuery query) {
    var through = position.through();
    var all = new SegmentCursor(disk, views, query, Optional.empty());
    return new TraceCursor() {
      @Override
      public Optional<TraceItem> next() throws IOException {
        return all.next().filter(item -> item.number() <= through);
      }

      @Override
      public void close() {
        all.close();
      }
    };
  }

  @Override
  public Optional<byte[]> attachment(TraceRecord record, int index) throws IOException {
    return new BlobReader(disk, Optional.empty()).read(record, index);
  }

  @Override
  public Verification verify() throws IOException {
    return new Verifier(disk, views, Optional.empty()).verify();
  }

  /** Of what is here; commits are groups that were added. */
  @Override
  public StoreStatus status() {
    var bytes = new LinkedHashMap<String, Long>();
    views.forEach(
        (name, segments) ->
            bytes.put(name, segments.stream().mapToLong(SegmentView::length).sum()));
    return new StoreStatus(0, Map.of(), 0, commits, 0, 0, bytes);
  }

  @Override
  public synchronized void close() {
    logs.values().forEach(MirrorLog::close);
    marks.close();
    lock.close();
  }
}
