package dev.weft.persistence.segment;

import dev.weft.persistence.disk.Disk;
import dev.weft.persistence.disk.DiskException;
import dev.weft.persistence.disk.DiskException.Kind;
import dev.weft.persistence.segment.ClassLog.StreamHead;
import dev.weft.persistence.trace.BlobId;
import dev.weft.persistence.trace.Verification;
import dev.weft.persistence.trace.Verification.Finding;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads all segments and blobs and holds them against checksums, hashes, chains and each other. A
 * session's first record that is left may have any place; all others must follow their predecessor.
 * For one thread and one use.
 */
final class Verifier {

  private final Disk disk;
  private final Map<String, List<SegmentView>> views;
  private final Optional<KeyFile> keys;
  private final Hashing hashing = new Hashing();
  private final BlobReader blobReader;
  private final List<Finding> findings = new ArrayList<>();
  private final Set<String> checkedBlobs = new HashSet<>();
  private long segments;
  private long records;

  Verifier(Disk disk, Map<String, List<SegmentView>> views, Optional<KeyFile> keys) {
    this.disk = disk;
    this.views = views;
    this.keys = keys;
    this.blobReader = new BlobReader(disk, keys);
  }

  Verification verify() throws IOException {
    for (var one : views.values()) {
      var heads = new HashMap<String, StreamHead>();
      var links = new Links();
      for (var segment : one) {
        if (segment.isMissing()) {
          missing(segment.name(), segment.expectedLength());
          heads.clear();
        } else {
          check(segment, heads, links);
        }
        links.previous = segment.id();
      }
      for (var link : links.broken) {
        if (link.header().previousId() > links.deletedUpTo) {
          var name = Names.segment(link.view().retentionClass(), link.header().previousId());
          missing(name, link.header().previousLength());
        }
      }
    }
    return new Verification(segments, records, checkedBlobs.size(), findings);
  }

  /** A segment whose predecessor is not before it. */
  private record Link(SegmentView view, SegmentHeader header) {}

  /** How the segments of one class follow each other; the losses in them tell what was deleted. */
  private static final class Links {
    final List<Link> broken = new ArrayList<>();
    long previous;
    long deletedUpTo;
  }

  private void missing(String name, long bytes) {
    var told = "not there (expected: %d bytes, or a loss that tells of them)".formatted(bytes);
    findings.add(new Finding(name, 0, Optional.empty(), 0, told));
  }

  private void check(SegmentView view, Map<String, StreamHead> heads, Links links)
      throws IOException {
    try (var reader = new SegmentReader(disk.open(view.name()), view.name(), view.length())) {
      segments++;
      if (reader.header().map(header -> header.id() != view.id()).orElse(false)) {
        find(view, 0, Optional.empty(), "header: that of another segment");
      }
      reader
          .header()
          .filter(header -> header.previousId() != 0 && header.previousId() != links.previous)
          .ifPresent(header -> links.broken.add(new Link(view, header)));
      var offset = reader.offset();
      for (var next = reader.next(); next.isPresent(); next = reader.next()) {
        records++;
        check(view, offset, next.get(), heads);
        if (next.get().kind() == Frame.Kind.LOSS) {
          StoredLoss.of(next.get())
              .ifPresent(loss -> links.deletedUpTo = Math.max(links.deletedUpTo, loss.segment()));
        }
        offset = reader.offset();
      }
      if (offset < view.expectedLength()) {
        var bytes = view.expectedLength() - offset;
        find(view, offset, broken(view, offset), damage(bytes));
        heads.clear();
      }
    } catch (DiskException e) {
      // Deleted since the view was made.
      if (e.kind() != Kind.ABSENT) {
        throw e;
      }
    }
  }

  private static String damage(long bytes) {
    return "damaged: %d bytes from here on (expected: whole records)".formatted(bytes);
  }

  /** What can be read of the frame at {@code offset}, which is not whole. */
  private Optional<Frame> broken(SegmentView view, long offset) throws IOException {
    var limit = view.expectedLength();
    try (var reader = new SegmentReader(disk.open(view.name()), view.name(), limit)) {
      while (reader.offset() < offset && reader.next().isPresent()) {
        continue;
      }
      reader.next();
      return reader.broken();
    }
  }

  private void check(SegmentView view, long offset, Frame frame, Map<String, StreamHead> heads)
      throws IOException {
    var head = heads.get(frame.session());
    var isFirst = frame.sequence() == 1;
    if (head == null && isFirst && !Arrays.equals(frame.previous(), StreamHead.START.hash())) {
      find(view, offset, Optional.of(frame), "chain: a first record that follows another");
    }
    if (head != null && frame.sequence() != head.sequence() + 1) {
      find(
          view,
          offset,
          Optional.of(frame),
          "sequence: %d (expected: %d)".formatted(frame.sequence(), head.sequence() + 1));
    } else if (head != null && !Arrays.equals(frame.previous(), head.hash())) {
      find(view, offset, Optional.of(frame), "chain: does not follow its predecessor");
    }
    heads.put(frame.session(), new StreamHead(frame.sequence(), hashing.hash(frame.body())));
    if (frame.encrypted() && keys.isPresent() && !keys.get().knows(frame.session())) {
      find(view, offset, Optional.of(frame), "key: none (expected: one, or that it was erased)");
    }
    for (var id : frame.blobs()) {
      check(view, offset, frame, id);
    }
  }

  private void check(SegmentView view, long offset, Frame frame, BlobId id) throws IOException {
    var name = Names.blob(view.retentionClass(), id);
    if (!checkedBlobs.add(name)) {
      return;
    }
    try {
      if (blobReader.stored(view.retentionClass(), id).isEmpty()) {
        find(view, offset, Optional.of(frame), "blob %s: not there".formatted(id.hex()));
      }
    } catch (DiskException e) {
      throw e;
    } catch (IOException e) {
      findings.add(
          new Finding(
              name,
              0,
              Optional.of(frame.session()),
              frame.sequence(),
              "blob: not what was written"));
    }
  }

  private void find(SegmentView view, long offset, Optional<Frame> frame, String problem) {
    findings.add(
        new Finding(
            view.name(),
            offset,
            frame.map(Frame::session),
            frame.map(Frame::sequence).orElse(0L),
            problem));
  }
}
