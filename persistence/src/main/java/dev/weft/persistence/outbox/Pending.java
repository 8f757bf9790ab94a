package dev.weft.persistence.outbox;

import dev.weft.persistence.disk.DiskException;
import dev.weft.persistence.trace.TraceItem;
import dev.weft.persistence.trace.TraceQuery;
import dev.weft.persistence.trace.TraceStore;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What of the buffer is tagged for a sink and not yet acknowledged. */
public final class Pending {

  private final TraceStore store;
  private final OutboxSettings settings;

  public Pending(TraceStore store, OutboxSettings settings) {
    this.store = store;
    this.settings = settings;
  }

  /**
   * The next items.
   *
   * @param through the highest number that was looked at
   * @param isFull whether a bound was reached, so that waiting makes it no larger
   */
  record Found(List<BatchItem> items, long through, boolean isFull) {}

  /**
   * How much waits.
   *
   * @param bytes payloads, without attachments
   * @param oldest the time of the first record
   */
  public record Amount(long records, long bytes, Optional<Instant> oldest) {}

  /** The first items after {@code number} that make a batch. */
  Found after(long number) throws IOException {
    var items = new ArrayList<BatchItem>();
    var bytes = 0L;
    var through = number;
    try (var cursor = store.read(TraceQuery.all().fromNumber(number + 1))) {
      for (var next = cursor.next(); next.isPresent(); next = cursor.next()) {
        var place = number(next.get());
        if (place <= number) {
          continue;
        }
        if (!wants(next.get())) {
          through = Math.max(through, place);
          continue;
        }
        var size = bytes(next.get());
        var isFull = items.size() >= settings.batchItemsMax() || bytes >= settings.batchBytesMax();
        if (isFull || (!items.isEmpty() && bytes + size > settings.batchBytesMax())) {
          return new Found(items, through, true);
        }
        var item = item(next.get());
        items.add(item);
        bytes += item instanceof BatchItem.Kept kept ? bytes(kept) : 0;
        through = place;
      }
    }
    return new Found(
        items,
        through,
        items.size() >= settings.batchItemsMax() || bytes >= settings.batchBytesMax());
  }

  /** Counts all after {@code number}; reads all of it. */
  public Amount amount(long number) throws IOException {
    var records = 0L;
    var bytes = 0L;
    Optional<Instant> oldest = Optional.empty();
    try (var cursor = store.read(TraceQuery.all().fromNumber(number + 1))) {
      for (var next = cursor.next(); next.isPresent(); next = cursor.next()) {
        if (next.get() instanceof TraceItem.TraceRecord record
            && record.number() > number
            && settings.tags().wants(record.key())) {
          records++;
          bytes += record.payload().length;
          oldest = oldest.isPresent() ? oldest : Optional.of(record.key().time());
        }
      }
    }
    return new Amount(records, bytes, oldest);
  }

  private boolean wants(TraceItem item) {
    return switch (item) {
      case TraceItem.TraceRecord record -> settings.tags().wants(record.key());
      case TraceItem.Erased erased -> settings.tags().wants(erased.key());
      case TraceItem.Gap gap -> settings.tags().wantsClass(gap.retentionClass());
      case TraceItem.Damage _ -> false;
    };
  }

  /** Damage has no place: what was there is told by the buffer's own verification. */
  private static long number(TraceItem item) {
    return switch (item) {
      case TraceItem.TraceRecord record -> record.number();
      case TraceItem.Erased erased -> erased.number();
      case TraceItem.Gap gap -> gap.number();
      case TraceItem.Damage _ -> 0;
    };
  }

  private static long bytes(TraceItem item) {
    return item instanceof TraceItem.TraceRecord record ? record.payload().length : 0;
  }

  private static long bytes(BatchItem.Kept kept) {
    return kept.payload().length
        + kept.attachments().stream().mapToLong(attachment -> attachment.length).sum();
  }

  private BatchItem item(TraceItem item) throws IOException {
    return switch (item) {
      case TraceItem.TraceRecord record -> item(record);
      case TraceItem.Erased(var key, var number, var sequence, var hash, var previous) ->
          new BatchItem.Withheld(number, sequence, key, BatchItem.Why.ERASED, hash, previous);
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
