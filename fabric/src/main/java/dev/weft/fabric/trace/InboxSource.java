package dev.weft.fabric.trace;

import dev.weft.persistence.disk.Disk;
import dev.weft.persistence.disk.DiskException;
import dev.weft.persistence.outbox.BatchException;
import dev.weft.persistence.outbox.BatchItem;
import dev.weft.persistence.outbox.InboxReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Records that outboxes have sent, as a source: those of one buffer after those of another. Gaps,
 * withheld payloads and batches that cannot be read are losses.
 */
public final class InboxSource implements TraceSource {

  private final InboxReader items;
  private final Predicate<FrameRecord> wanted;
  private List<String> digests = List.of();
  private List<byte[]> attachments = List.of();

  /**
   * @param disk of the inbox, which may be in use
   * @param wanted frames; what they refer to is given whichever these are
   * @throws TraceException if it cannot be read
   */
  public InboxSource(Disk disk, Predicate<FrameRecord> wanted) {
    this.wanted = wanted;
    try {
      this.items = InboxReader.once(disk);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  @Override
  public Optional<TraceRecord> next() {
    try {
      for (var next = items.next(); next.isPresent(); next = items.next()) {
        var record = record(next.get().item());
        if (!(record instanceof FrameRecord frame) || wanted.test(frame)) {
          return Optional.of(record);
        }
      }
      return Optional.empty();
    } catch (BatchException e) {
      return Optional.of(TraceRecord.Loss.damage(String.valueOf(e.getMessage())));
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private TraceRecord record(BatchItem item) {
    digests = List.of();
    attachments = List.of();
    return switch (item) {
      case BatchItem.Kept kept -> {
        var record = TraceCodec.decode(kept.payload());
        if (record instanceof FrameRecord frame) {
          digests = new ArrayList<>(StoreSource.contents(frame));
          attachments = kept.attachments();
        }
        yield record;
      }
      case BatchItem.Withheld(var number, _, var key, var why, _, _) ->
          loss(key.pipeline(), number, number, 1, words(why));
      case BatchItem.Gap(_, _, _, var loss) ->
          loss("", loss.firstNumber(), loss.lastNumber(), loss.count(), loss.reason().name());
    };
  }

  private static String words(BatchItem.Why why) {
    return switch (why) {
      case ERASED -> "erased";
      case TOO_LARGE -> "too large to be sent";
      case ATTACHMENT_LOST -> "attachment lost";
      case KEY_LOST -> "key lost";
    };
  }

  /** Numbers are those of the buffer it came from, not of frames. */
  private static TraceRecord.Loss loss(
      String pipeline, long first, long last, long count, String reason) {
    return new TraceRecord.Loss(pipeline, 0, first, last, count, reason);
  }

  /** Only of the frame that came last. */
  @Override
  public Optional<byte[]> content(TensorRecord tensor) {
    return switch (tensor.kept()) {
      case TensorRecord.NotKept _, TensorRecord.Redacted _ -> Optional.empty();
      case TensorRecord.Inline(var bytes) -> Optional.of(bytes);
      case TensorRecord.Beside(var digest) -> Optional.of(attachment(digest));
    };
  }

  private byte[] attachment(String digest) {
    var index = digests.indexOf(digest);
    if (index < 0 || index >= attachments.size()) {
      throw new TraceException(
          "content %s (expected: one of the frame that came last)".formatted(digest));
    }
    return attachments.get(index);
  }

  private static TraceException failed(IOException e) {
    return new TraceException(
        "inbox: %s (expected: readable batches)".formatted(DiskException.words(e)), e);
  }

  @Override
  public void close() {}
}
