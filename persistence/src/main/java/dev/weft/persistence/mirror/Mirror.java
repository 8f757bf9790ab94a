package dev.weft.persistence.mirror;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.weft.persistence.disk.Disk;
import dev.weft.persistence.outbox.UploadTags;
import dev.weft.persistence.segment.SegmentMirror;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/** One source's mirror, and what is sent from it while its owner is lost. For one thread. */
final class Mirror implements AutoCloseable {

  private static final String TERMS = "terms";
  private static final int TERMS_BYTES_MAX = 1 << 16;

  private final String source;
  private final Disk disk;
  private final Disk cursors;
  private final SegmentMirror files;
  private Optional<Terms> terms;
  private Optional<Takeover> takeover = Optional.empty();
  private Optional<String> trouble = Optional.empty();

  private Mirror(String source, Disk disk, Disk cursors, SegmentMirror files) throws IOException {
    this.source = source;
    this.disk = disk;
    this.cursors = cursors;
    this.files = files;
    terms = readTerms();
  }

  static Mirror open(String source, MirrorShelf shelf) throws IOException {
    var disk = shelf.mirror(source);
    var files = SegmentMirror.open(disk);
    try {
      return new Mirror(source, disk, shelf.cursors(source), files);
    } catch (IOException | RuntimeException e) {
      files.close();
      throw e;
    }
  }

  /** Without them, as after a flipped bit, nothing is sent until the owner tells them again. */
  private Optional<Terms> readTerms() throws IOException {
    var size = disk.size(TERMS);
    if (size <= 0 || size > TERMS_BYTES_MAX) {
      return Optional.empty();
    }
    var bytes = ByteBuffer.allocate((int) size);
    try (var file = disk.open(TERMS)) {
      file.read(0, bytes);
    }
    try {
      return Optional.of(PullCodec.terms(bytes.array())).filter(one -> one.source().equals(source));
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Notes how the owner sends, durably, if that is new. */
  void told(Terms now) throws IOException {
    if (!terms.equals(Optional.of(now))) {
      disk.replace(TERMS, ByteBuffer.wrap(PullCodec.encode(now)));
      terms = Optional.of(now);
    }
  }

  SegmentMirror files() {
    return files;
  }

  /** Sends what is here, if the owner sends anything. */
  void send(TakeoverWorld world, Duration retryAfter, long nanos) {
    var upload = terms.flatMap(Terms::upload);
    if (upload.isEmpty() || files.position().through() == 0) {
      return;
    }
    try {
      if (takeover.isEmpty()) {
        takeover =
            Optional.of(
                Takeover.begin(files, source, upload.get(), cursors, world, retryAfter, nanos));
      }
      takeover.get().step(nanos);
      trouble = Optional.empty();
    } catch (IOException | IllegalArgumentException e) {
      trouble = Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /** Sends no more: the owner does. */
  void rest() {
    takeover.ifPresent(Takeover::close);
    takeover = Optional.empty();
    trouble = Optional.empty();
  }

  boolean isSending() {
    return takeover.isPresent();
  }

  /**
   * Whether all that is here was sent, so that this is the only copy of nothing: there are no
   * records after a hole, and none that the owner sends nowhere. What an outbox withholds, as it is
   * too large or its key is lost, counts as sent.
   */
  boolean isSent() {
    return files.isEmpty()
        || files.isWhole()
            && terms.flatMap(Terms::upload).filter(Mirror::isOfAll).isPresent()
            && takeover.filter(Takeover::isDone).isPresent();
  }

  private static boolean isOfAll(Terms.Upload upload) {
    return upload.tags().equals(UploadTags.everything());
  }

  FollowerStatus status(boolean isLost, Optional<String> following) {
    return new FollowerStatus(
        isLost,
        files.position().through(),
        files.status().bytes().values().stream().mapToLong(Long::longValue).sum(),
        trouble.or(() -> following),
        takeover.map(Takeover::status));
  }

  @Override
  public void close() {
    rest();
    files.close();
  }
}
