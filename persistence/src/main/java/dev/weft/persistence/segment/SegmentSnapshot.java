package dev.weft.persistence.segment;

import dev.weft.persistence.disk.Disk;
import dev.weft.persistence.disk.DiskException;
import dev.weft.persistence.disk.DiskException.Kind;
import dev.weft.persistence.trace.StoreStatus;
import dev.weft.persistence.trace.TraceCursor;
import dev.weft.persistence.trace.TraceItem.TraceRecord;
import dev.weft.persistence.trace.TraceQuery;
import dev.weft.persistence.trace.TraceReader;
import dev.weft.persistence.trace.Verification;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What stands whole in a store's folder when this is made, whoever has it open: locks nothing and
 * writes nothing. What is added later is not in it, and what retention deletes later is left out.
 * Reads no payloads of an encrypted store.
 */
public final class SegmentSnapshot implements TraceReader {

  /** Times to begin again when segments are deleted while they are looked at. */
  private static final int TRIES_MAX = 10;

  private final Disk disk;
  private final Map<String, List<SegmentView>> views;

  private SegmentSnapshot(Disk disk, Map<String, List<SegmentView>> views) {
    this.disk = disk;
    this.views = views;
  }

  /**
   * Reads all segments on {@code disk} once.
   *
   * @throws dev.weft.persistence.trace.TraceFormatException if a newer version wrote one
   * @throws DiskException if they are deleted faster than they can be read, too
   */
  public static SegmentSnapshot of(Disk disk) throws IOException {
    for (var tries = 1; ; tries++) {
      try {
        return new SegmentSnapshot(disk, views(disk));
      } catch (DiskException e) {
        if (e.kind() != Kind.ABSENT || tries == TRIES_MAX) {
          throw e;
        }
      }
    }
  }

  private static Map<String, List<SegmentView>> views(Disk disk) throws IOException {
    var mark = CleanMark.look(disk);
    var found = Recovery.segments(disk);
    mark.ifPresent(
        left -> left.classes().forEach(name -> found.computeIfAbsent(name, _ -> new TreeMap<>())));
    var views = new LinkedHashMap<String, List<SegmentView>>();
    for (var files : found.entrySet()) {
      var newest = mark.flatMap(left -> left.newest(files.getKey()));
      views.put(
          files.getKey(), views(files.getKey(), SegmentScan.of(disk, files.getValue()), newest));
    }
    return views;
  }

  /**
   * @param newest the newest segment as the last store left it; empty if it was not closed, or is
   *     not yet
   */
  private static List<SegmentView> views(
      String retentionClass, SegmentScan scan, Optional<CleanMark.Newest> newest) {
    var views = new ArrayList<SegmentView>();
    var last = 0L;
    for (var one : scan.segments()) {
      var segment = one.segment();
      if (segment.id() <= scan.deletedUpTo()) {
        continue;
      }
      var before = one.header().map(SegmentHeader::previousId).orElse(last);
      if (before != last && before > scan.deletedUpTo()) {
        var length = one.header().map(SegmentHeader::previousLength).orElse(0L);
        views.add(SegmentView.missing(retentionClass, before, length));
      }
      last = segment.id();
      var marked = newest.filter(left -> left.id() == segment.id()).map(CleanMark.Newest::length);
      var expected = Math.max(segment.expectedLength(), marked.orElse(0L));
      // One without a whole header, of which nothing else is known, was just begun.
      if (expected > 0) {
        views.add(view(retentionClass, segment, expected));
      }
    }
    var reached = Math.max(last, scan.deletedUpTo());
    newest
        .filter(left -> left.id() > reached)
        .map(left -> SegmentView.missing(retentionClass, left.id(), left.length()))
        .ifPresent(views::add);
    return views;
  }

  private static SegmentView view(String retentionClass, Segment segment, long expected) {
    return new SegmentView(
        retentionClass,
        segment.name(),
        segment.id(),
        segment.length(),
        expected,
        Optional.of(segment),
        false);
  }

  @Override
  public TraceCursor read(TraceQuery query) {
    return new SegmentCursor(disk, views, query, Optional.empty());
  }

  @Override
  public Optional<byte[]> attachment(TraceRecord record, int index) throws IOException {
    return new BlobReader(disk, Optional.empty()).read(record, index);
  }

  @Override
  public Verification verify() throws IOException {
    return new Verifier(disk, views, Optional.empty()).verify();
  }

  /** What it holds; the counts of a store that writes are 0. */
  @Override
  public StoreStatus status() {
    var bytes = new LinkedHashMap<String, Long>();
    views.forEach(
        (name, segments) ->
            bytes.put(
                name, segments.stream().mapToLong(segment -> Math.max(0, segment.length())).sum()));
    return new StoreStatus(0, Map.of(), 0, 0, 0, 0, bytes);
  }

  @Override
  public void close() {}
}
