package dev.weft.persistence.segment;

import dev.weft.persistence.disk.Disk;
import dev.weft.persistence.disk.DiskException;
import dev.weft.persistence.disk.DiskException.Kind;
import dev.weft.persistence.disk.DiskFile;
import dev.weft.persistence.trace.LossReason;
import dev.weft.persistence.trace.TraceSettings;
import java.io.IOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Finds out what a folder holds. Reads all segments once: a torn tail is cut, deletions and groups
 * that were cut short are finished, what is damaged stays where it is and is left out.
 */
final class Recovery {

  private final Disk disk;
  private final Map<String, ClassLog> logs;
  private final Instant now;
  private final Optional<CleanMark> mark;
  private long lastNumber;

  private Recovery(Disk disk, Map<String, ClassLog> logs, Instant now, Optional<CleanMark> mark) {
    this.disk = disk;
    this.logs = logs;
    this.now = now;
    this.mark = mark;
  }

  /**
   * Fills {@code logs}, one for each class in the folder, and answers the next number to use.
   *
   * @throws dev.weft.persistence.trace.TraceFormatException if a newer version wrote a segment;
   *     then nothing was changed
   */
  static long into(Disk disk, Map<String, ClassLog> logs, Instant now) throws IOException {
    var found = segments(disk);
    for (var files : found.values()) {
      for (var name : files.values()) {
        var file = disk.open(name);
        try {
          SegmentHeader.read(file, name);
        } finally {
          file.close();
        }
      }
    }
    var recovery = new Recovery(disk, logs, now, CleanMark.take(disk));
    for (var files : found.entrySet()) {
      var log = logs.get(files.getKey());
      if (log != null) {
        recovery.recover(log, files.getValue());
      }
    }
    logs.values().forEach(recovery::notice);
    recovery.sweepBlobs();
    return recovery.nextNumber(found.isEmpty());
  }

  /** After a hard stop numbers go on beyond all that may have been given out and lost. */
  private long nextNumber(boolean isNew) {
    var next = Math.max(lastNumber + 1, mark.map(CleanMark::nextNumber).orElse(1L));
    return mark.isPresent() || isNew ? next : next + TraceSettings.QUEUE_RECORDS_MAX;
  }

  /** The segments of {@code disk} by class and id. */
  static Map<String, TreeMap<Long, String>> segments(Disk disk) throws DiskException {
    var found = new TreeMap<String, TreeMap<Long, String>>();
    for (var name : disk.list()) {
      Names.segment(name)
          .ifPresent(
              part ->
                  found
                      .computeIfAbsent(part.retentionClass(), _ -> new TreeMap<>())
                      .put(Long.parseLong(part.id()), name));
    }
    return found;
  }

  private void recover(ClassLog log, TreeMap<Long, String> files) throws IOException {
    log.skipIds(files.lastKey());
    var scan = SegmentScan.of(disk, files);
    for (var stray : scan.strays()) {
      disk.delete(stray);
    }
    var newest = now;
    var scanned = scan.segments();
    for (var i = 0; i < scanned.size(); i++) {
      var one = scanned.get(i);
      if (one.segment().id() <= scan.deletedUpTo()) {
        disk.delete(one.segment().name());
      } else if (i < scanned.size() - 1 || finish(one)) {
        log.adopt(one.segment(), one.heads());
        log.blobs().refer(one.segment());
        lastNumber = Math.max(lastNumber, one.segment().lastNumber());
        newest = one.segment().records() > 0 ? one.segment().newest() : newest;
      }
    }
    if (mark.isEmpty()) {
      log.gap(LossReason.STOPPED_HARD).between(newest.isBefore(now) ? newest : now, now);
    }
  }

  /** What the mark names and is not there: the next segment says that it follows it. */
  private void notice(ClassLog log) {
    mark.flatMap(left -> left.newest(log.retention().name())).ifPresent(log::follow);
  }

  /** The newest segment, of which no successor says where it ends. Answers whether it stays. */
  private boolean finish(SegmentScan.Scanned last) throws DiskException {
    var segment = last.segment();
    var marked = mark.map(CleanMark::lengths).map(lengths -> lengths.get(segment.name()));
    if (marked.isPresent()) {
      segment.extend(segment.length(), Math.max(marked.get(), segment.length()));
      return true;
    }
    if (segment.expectedLength() == 0) {
      disk.delete(segment.name());
      return false;
    }
    if (last.size() > segment.expectedLength()) {
      cut(segment);
    }
    return true;
  }

  private void cut(Segment segment) throws DiskException {
    DiskFile file = disk.open(segment.name());
    try {
      file.truncate(segment.length());
      file.force();
    } catch (DiskException e) {
      // What stays is left out again by the header of the segment that comes next.
      if (e.kind() == Kind.ABSENT) {
        throw e;
      }
    } finally {
      file.close();
    }
  }

  /** Deletes blobs that no record refers to: of groups that failed, or deletions cut short. */
  private void sweepBlobs() throws DiskException {
    var known = new HashSet<String>();
    for (var log : logs.values()) {
      for (var segment : log.segments().values()) {
        segment.blobs().forEach(id -> known.add(Names.blob(log.retention().name(), id)));
      }
    }
    for (var name : disk.list()) {
      if (Names.blob(name).isPresent() && !known.contains(name)) {
        disk.delete(name);
      }
    }
  }
}
