package dev.weft.persistence.segment;

import dev.weft.persistence.disk.Disk;
import dev.weft.persistence.segment.ClassLog.StreamHead;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The segments of one class as they stand in a folder, each read once, as far as its successor says
 * that it goes. Changes nothing.
 *
 * @param segments the oldest first
 * @param strays files that no successor names: of groups that failed
 * @param deletedUpTo the newest segment of which a loss says that it was deleted; 0 if none does
 */
record SegmentScan(List<Scanned> segments, List<String> strays, long deletedUpTo) {

  /**
   * One segment.
   *
   * @param header empty if it is torn or damaged
   * @param heads where the sessions' streams stand at its end
   * @param size of the file
   */
  record Scanned(
      Segment segment, Optional<SegmentHeader> header, Map<String, StreamHead> heads, long size) {}

  /**
   * Reads {@code files}, by their ids.
   *
   * @throws dev.weft.persistence.trace.TraceFormatException if a newer version wrote one
   */
  static SegmentScan of(Disk disk, TreeMap<Long, String> files) throws IOException {
    var scanned = new ArrayList<Scanned>();
    var strays = new ArrayList<String>();
    var end = Long.MAX_VALUE;
    var expectedId = files.isEmpty() ? 0 : files.lastKey();
    for (var entry : files.descendingMap().entrySet()) {
      if (entry.getKey() > expectedId) {
        strays.add(entry.getValue());
        continue;
      }
      var ends = entry.getKey() == expectedId ? end : Long.MAX_VALUE;
      var one = scan(disk, entry.getKey(), entry.getValue(), ends);
      scanned.addFirst(one);
      end = one.header().map(SegmentHeader::previousLength).orElse(Long.MAX_VALUE);
      expectedId = one.header().map(SegmentHeader::previousId).orElse(entry.getKey() - 1);
    }
    var deletedUpTo = scanned.stream().mapToLong(one -> one.segment().deletedUpTo()).max();
    return new SegmentScan(scanned, strays, deletedUpTo.orElse(0));
  }

  private static Scanned scan(Disk disk, long id, String name, long end) throws IOException {
    var hashing = new Hashing();
    var segment = new Segment(name, id);
    var heads = new HashMap<String, StreamHead>();
    var file = disk.open(name);
    var size = file.size();
    try (var reader = new SegmentReader(file, name, Math.min(size, end))) {
      for (var next = reader.next(); next.isPresent(); next = reader.next()) {
        var frame = next.get();
        segment.add(
            new Segment.Line(
                frame.kind(), frame.number(), frame.time(), frame.session(), frame.blobs()));
        if (frame.kind() == Frame.Kind.LOSS) {
          StoredLoss.of(frame).ifPresent(segment::add);
        }
        heads.put(frame.session(), new StreamHead(frame.sequence(), hashing.hash(frame.body())));
      }
      var isDamaged = end == Long.MAX_VALUE && reader.isFollowed();
      var torn = isDamaged ? size : reader.offset();
      var expected = end == Long.MAX_VALUE ? torn : end;
      segment.extend(reader.offset(), Math.max(expected, reader.offset()));
      return new Scanned(segment, reader.header(), heads, size);
    }
  }
}
