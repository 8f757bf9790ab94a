package dev.weft.persistence.segment;

import dev.weft.persistence.disk.Disk;
import dev.weft.persistence.disk.DiskException;
import dev.weft.persistence.disk.DiskFile;
import dev.weft.persistence.trace.BlobId;
import dev.weft.persistence.trace.LossReason;
import dev.weft.persistence.trace.Retention;
import dev.weft.persistence.trace.TraceEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * The segments of one retention class, and the group that is being written to the last of them. A
 * group is durable as a whole or leaves no trace: after a failure its segment ends where it ended
 * before, as the next segment's header says. For one thread.
 */
final class ClassLog {

  private static final int GROUP_BYTES_MAX = 8 << 20;

  private final Disk disk;
  private final Retention retention;
  private final FrameWriter writer;
  private final Sealing sealing;
  private final Hashing hashing = new Hashing();
  private final TreeMap<Long, Segment> segments = new TreeMap<>();
  private final Map<String, StreamHead> heads = new HashMap<>();
  private final Map<String, Integer> segmentsOfSession = new HashMap<>();
  private final BlobShelf blobs;
  private final EnumMap<LossReason, LossTally> gaps = new EnumMap<>(LossReason.class);
  private final Group group = new Group();
  private long lastId;
  private Optional<CleanMark.Newest> followed = Optional.empty();
  private long segmentBytes;
  private @Nullable DiskFile file;

  ClassLog(Disk disk, Retention retention, FrameWriter writer, Sealing sealing) {
    this.disk = disk;
    this.retention = retention;
    this.writer = writer;
    this.sealing = sealing;
    this.blobs = new BlobShelf(disk, retention.name());
  }

  /** Where a session's stream stands. */
  record StreamHead(long sequence, byte[] hash) {

    static final StreamHead START = new StreamHead(0, new byte[Hashing.BYTES]);
  }

  /** What a group has put into the buffer, and what to undo if it does not become durable. */
  private static final class Group {

    final GroupBuffer buffer = new GroupBuffer();
    final List<Segment.Line> lines = new ArrayList<>();
    final List<StoredLoss> losses = new ArrayList<>();
    final List<LossTally> tallies = new ArrayList<>();
    final Map<String, Optional<StreamHead>> undo = new HashMap<>();
    final Map<BlobId, byte[]> blobs = new LinkedHashMap<>();

    void clear() {
      buffer.clear();
      lines.clear();
      losses.clear();
      tallies.clear();
      undo.clear();
      blobs.clear();
    }
  }

  /** Takes a segment found on disk; the newest last. */
  void adopt(Segment segment, Map<String, StreamHead> headsThere) {
    segments.put(segment.id(), segment);
    lastId = Math.max(lastId, segment.id());
    segmentBytes += segment.expectedLength();
    segment.sessions().keySet().forEach(name -> segmentsOfSession.merge(name, 1, Integer::sum));
    heads.putAll(headsThere);
  }

  /** No segment is called by a number up to {@code id} again. */
  void skipIds(long id) {
    lastId = Math.max(lastId, id);
  }

  /** The newest segment was {@code left}, whether it is there or not. */
  void follow(CleanMark.Newest left) {
    skipIds(left.id());
    followed = Optional.of(left);
  }

  /**
   * The newest segment; also one that is not there any more, so that the next one names it and who
   * verifies sees what is missing. Empty if there was none.
   */
  Optional<CleanMark.Newest> newest() {
    var there =
        Optional.ofNullable(segments.lastEntry())
            .map(last -> last.getValue())
            .map(last -> new CleanMark.Newest(last.name(), last.id(), last.expectedLength()));
    var id = there.map(CleanMark.Newest::id).orElse(0L);
    return followed.filter(left -> left.id() > id).or(() -> there);
  }

  BlobShelf blobs() {
    return blobs;
  }

  Retention retention() {
    return retention;
  }

  TreeMap<Long, Segment> segments() {
    return segments;
  }

  /** Bytes of segments and blobs, damaged ones included. */
  long bytes() {
    return blobs.bytes() + segmentBytes;
  }

  boolean holds(String session) {
    return segmentsOfSession.containsKey(session);
  }

  /** The tally of what is dropped for {@code reason}. */
  LossTally gap(LossReason reason) {
    return gaps.computeIfAbsent(reason, LossTally::new);
  }

  boolean hasGaps() {
    return !gaps.isEmpty();
  }

  boolean hasGroup() {
    return !group.lines.isEmpty();
  }

  /** Whether the group should be written before it takes more. */
  boolean isGroupFull() {
    return group.buffer.position() >= GROUP_BYTES_MAX
        || activeLength() + group.buffer.position() + blobBytes() >= retention.segmentBytes();
  }

  private long blobBytes() {
    var bytes = 0L;
    for (var blob : group.blobs.values()) {
      bytes += blob.length;
    }
    return bytes;
  }

  private long activeLength() {
    return file == null ? 0 : segments.lastEntry().getValue().length();
  }

  /** Puts a record into the group, sealed if there is a key; answers its sequence. */
  long add(TraceEntry entry, long number, Optional<SecretKey> key) {
    begin(number);
    var ids = new ArrayList<BlobId>();
    for (var attachment : entry.attachments()) {
      var stored = key.map(k -> sealing.seal(k, new byte[0], attachment)).orElse(attachment);
      var id = new BlobId(HexFormat.of().formatHex(hashing.hash(stored)));
      ids.add(id);
      if (!blobs.has(id)) {
        group.blobs.put(id, stored);
      }
    }
    var k = entry.key();
    var head = heads.getOrDefault(k.session(), StreamHead.START);
    put(
        new FrameWriter.Head(
            Frame.Kind.RECORD,
            number,
            head.sequence() + 1,
            k.time(),
            head.hash(),
            k.session(),
            k.pipeline(),
            k.variant(),
            k.isDeferred(),
            ids),
        entry.payload(),
        key);
    return head.sequence() + 1;
  }

  /** Puts the losses of all gaps into the group. Takes numbers from {@code first} on. */
  long addGaps(long first, Instant now) {
    var number = first;
    for (var tally : gaps.values()) {
      add(new StoredLoss(tally.loss(), 0), number++, now);
      group.tallies.add(tally);
    }
    gaps.clear();
    return number;
  }

  /** Puts a loss into the group. */
  void add(StoredLoss stored, long number, Instant now) {
    begin(number);
    var head = heads.getOrDefault("", StreamHead.START);
    put(
        new FrameWriter.Head(
            Frame.Kind.LOSS,
            number,
            head.sequence() + 1,
            now,
            head.hash(),
            "",
            "",
            "",
            false,
            List.of()),
        stored.encoded(),
        Optional.empty());
    group.losses.add(stored);
  }

  private void put(FrameWriter.Head head, byte[] payload, Optional<SecretKey> key) {
    var hash = writer.write(group.buffer, head, payload, key);
    var old = heads.put(head.session(), new StreamHead(head.sequence(), hash));
    group.undo.putIfAbsent(head.session(), Optional.ofNullable(old));
    group.lines.add(
        new Segment.Line(head.kind(), head.number(), head.time(), head.session(), head.blobs()));
  }

  private void begin(long number) {
    if (hasGroup()) {
      return;
    }
    group.clear();
    if (file == null) {
      var previous = newest();
      new SegmentHeader(
              lastId + 1,
              previous.map(CleanMark.Newest::id).orElse(0L),
              previous.map(CleanMark.Newest::length).orElse(0L),
              number)
          .put(group.buffer);
    }
  }

  /**
   * Makes the group durable.
   *
   * @throws DiskException if it is not; then it is as if it had never been begun
   */
  void commit() throws DiskException {
    var fresh = file == null;
    try {
      blobs.write(group.blobs);
      var to = fresh ? disk.create(Names.segment(retention.name(), ++lastId)) : file;
      file = to;
      if (to == null) {
        throw new IllegalStateException("no segment to write to");
      }
      to.append(group.buffer.written());
      to.force();
      if (fresh || !group.blobs.isEmpty()) {
        disk.force();
      }
    } catch (DiskException e) {
      undo(fresh);
      throw e;
    }
    apply(fresh);
    group.clear();
  }

  private void apply(boolean fresh) {
    var segment =
        fresh
            ? new Segment(Names.segment(retention.name(), lastId), lastId)
            : segments.lastEntry().getValue();
    segments.put(segment.id(), segment);
    var length = segment.length() + group.buffer.position();
    for (var line : group.lines) {
      if (line.kind() == Frame.Kind.RECORD && !segment.sessions().containsKey(line.session())) {
        segmentsOfSession.merge(line.session(), 1, Integer::sum);
      }
      segment.add(line);
    }
    group.losses.forEach(segment::add);
    segment.extend(length, length);
    segmentBytes += group.buffer.position();
    blobs.refer(segment);
    if (length + blobs.bytesOf(segment) >= retention.segmentBytes()) {
      seal();
    }
  }

  /** Lets go of the group, as if it had never been begun. */
  void abandon() {
    unput();
    group.clear();
  }

  private void undo(boolean fresh) {
    unput();
    var open = file;
    if (open != null) {
      cut(open, fresh);
      seal();
    }
    group.clear();
  }

  private void unput() {
    group.undo.forEach(
        (session, head) ->
            head.ifPresentOrElse(old -> heads.put(session, old), () -> heads.remove(session)));
    group.tallies.forEach(tally -> gap(tally.reason()).addAll(tally));
    blobs.unwrite(group.blobs.keySet());
  }

  /** Tidies up; what stays is no part of the store, since the next header leaves it out. */
  private void cut(DiskFile open, boolean fresh) {
    try {
      if (fresh) {
        disk.delete(Names.segment(retention.name(), lastId));
      } else {
        open.truncate(segments.lastEntry().getValue().length());
      }
    } catch (DiskException e) {
      return;
    }
  }

  /** The next group begins a new segment. */
  void seal() {
    var open = file;
    if (open != null) {
      open.close();
      file = null;
    }
  }

  /** The oldest segment that is not being written. */
  Optional<Segment> oldestSealed() {
    var oldest = segments.firstEntry();
    var isActive = file != null && segments.size() == 1;
    return oldest == null || isActive ? Optional.empty() : Optional.of(oldest.getValue());
  }

  /** The segment being written. */
  Optional<Segment> active() {
    return file == null ? Optional.empty() : Optional.of(segments.lastEntry().getValue());
  }

  /** Deletes {@code segment}, whose loss is durable; sessions that end with it are forgotten. */
  void delete(Segment segment) throws DiskException {
    segments.remove(segment.id());
    segmentBytes -= segment.expectedLength();
    for (var session : segment.sessions().keySet()) {
      if (segmentsOfSession.merge(session, -1, Integer::sum) == 0) {
        segmentsOfSession.remove(session);
        heads.remove(session);
      }
    }
    blobs.release(segment);
    disk.delete(segment.name());
    disk.force();
  }
}
