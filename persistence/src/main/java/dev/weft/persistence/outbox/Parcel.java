package dev.weft.persistence.outbox;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A batch that is to be delivered, or on its way if {@code reply} is there. For one thread. */
final class Parcel {

  final Batch batch;
  final long itemBytes;
  final byte[] envelope;
  @Nullable CompletableFuture<Delivery> reply;
  long sentAtNanos;

  /**
   * @param itemBytes of its items, encoded and not compressed
   * @param envelope what is sent of it
   */
  Parcel(Batch batch, long itemBytes, byte[] envelope) {
    this.batch = batch;
    this.itemBytes = itemBytes;
    this.envelope = envelope;
  }

  /** Of its records, those that were kept while the sink could not be reached. */
  long deferred() {
    return batch.items().stream().filter(BatchItem::isDeferred).count();
  }
}
