package dev.weft.persistence.outbox;

import dev.weft.persistence.disk.DiskException;
import dev.weft.persistence.trace.TraceItem;
import dev.weft.persistence.trace.TraceQuery;
import dev.weft.persistence.trace.TraceReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What of the buffer is tagged for a sink and not yet acknowledged. */
public final class Pending {

  private final TraceReader store;
  private final OutboxSettings settings;

  public Pending(TraceReader store, OutboxSettings settings) {
    this.store = store;
    this.settings = settings;
  }

  /**
   * The next items.
   *
   * @param bytes of them, encoded and not compressed
   * @param through the highest number that was looked at
   * @param isFull whether a bound was reached, so that waiting makes it no larger
   */
  record Found(List<BatchItem> items, long bytes, long through, boolean isFull) {}

  /** The first items after {@code number} that make a batch of at most {@code limit}. */
  Found after(long number, BatchLimit limit) throws IOException {
    var items = new ArrayList<BatchItem>();
    var bytes = 0L;
    var through = number;
    try (var cursor = store.read(TraceQuery.all().fromNumber(number + 1))) {
      for (var next = cursor.next(); next.isPresent(); next = cursor.next()) {
        var place = next.get().number();
        if (place <= number) {
          continue;
        }
        if (!wants(next.get())) {
          through = Math.max(through, place);
          continue;
        }
        if (isFull(items.size(), bytes, limit)) {
          return new Found(items, bytes, through, true);
        }
        var item = item(next.get(), limit);
        var more = BatchCodec.bytes(item);
        if (!items.isEmpty() && bytes + more > limit.bytes()) {
          return new Found(items, bytes, through, true);
        }
        items.add(item);
        bytes += more;
        through = place;
      }
    }
    return new Found(items, bytes, through, isFull(items.size(), bytes, limit));
  }

  private static boolean isFull(int items, long bytes, BatchLimit limit) {
    return items >= limit.items() || bytes >= limit.bytes();
  }

  private boolean wants(TraceItem item) {
    return switch (item) {
      case TraceItem.TraceRecord record -> settings.tags().wants(record.key());
      case TraceItem.Erased erased -> settings.tags().wants(erased.key());
      case TraceItem.Locked locked -> settings.tags().wants(locked.key());
      case TraceItem.Gap gap -> settings.tags().wantsClass(gap.retentionClass());
      case TraceItem.Damage _ -> false;
    };
  }

  private BatchItem item(TraceItem item, BatchLimit limit) throws IOException {
    return switch (item) {
      case TraceItem.TraceRecord record when limit.withholds(record.number()) ->
          withheld(record, BatchItem.Why.TOO_LARGE);
      case TraceItem.TraceRecord record -> item(record);
      case TraceItem.Erased(var key, var number, var sequence, var hash, var previous) ->
          new BatchItem.Withheld(number, sequence, key, BatchItem.Why.ERASED, hash, previous);
      case TraceItem.Locked(var key, var number, var sequence, var hash, var previous) ->
          new BatchItem.Withheld(number, sequence, key, BatchItem.Why.KEY_LOST, hash, previous);
      case TraceItem.Gap(var name, var number, var time, var loss) ->
          new BatchItem.Gap(number, name, time, loss);
      case TraceItem.Damage damage -> throw new IllegalStateException("damage: " + damage);
    };
  }

  private BatchItem item(TraceItem.TraceRecord record) throws IOException {
    var attachments = new ArrayList<byte[]>();
    var bytes = (long) record.payload().length;
    for (var i = 0; i < record.blobs().size(); i++) {
      var attachment = attachment(record, i);
      if (attachment.isEmpty()) {
        return withheld(record, BatchItem.Why.ATTACHMENT_LOST);
      }
      attachments.add(attachment.get());
      bytes += attachment.get().length;
      if (bytes > settings.recordBytesMax()) {
        break;
      }
    }
    if (bytes > settings.recordBytesMax()) {
      return withheld(record, BatchItem.Why.TOO_LARGE);
    }
    return new BatchItem.Kept(
        record.number(),
        record.sequence(),
        record.key(),
        record.payload(),
        attachments,
        record.hash(),
        record.previousHash());
  }

  /**
   * Empty also if its bytes are not those that were written; a disk that fails is another thing.
   */
  private Optional<byte[]> attachment(TraceItem.TraceRecord record, int index)
      throws DiskException {
    try {
      return store.attachment(record, index);
    } catch (DiskException e) {
      throw e;
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static BatchItem withheld(TraceItem.TraceRecord record, BatchItem.Why why) {
    return new BatchItem.Withheld(
        record.number(),
        record.sequence(),
        record.key(),
        why,
        record.hash(),
        record.previousHash());
  }
}
