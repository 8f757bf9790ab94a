package dev.weft.persistence.segment;

import dev.weft.persistence.trace.LossReason;
import dev.weft.persistence.trace.Outcome;
import dev.weft.persistence.trace.TraceEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * What waits to be written, in the order it came, bounded by bytes and records. What does not fit
 * leaves a gap in its place. For any threads; nobody waits here longer than it takes to add one.
 */
final class Intake {

  /** What an entry holds beyond its own bytes: the key, the reply, their places in lists. */
  private static final int OVERHEAD_BYTES = 256;

  private final long bytesMax;
  private final int recordsMax;
  private final Map<String, LossTally> openGaps = new HashMap<>();
  private List<Item> items = new ArrayList<>();
  private long bytes;
  private int records;
  private boolean closed;

  Intake(long bytesMax, int recordsMax) {
    this.bytesMax = bytesMax;
    this.recordsMax = recordsMax;
  }

  /** One thing to be written, in its turn. */
  sealed interface Item {

    record Entry(TraceEntry entry, CompletableFuture<Outcome> reply) implements Item {}

    record Gap(String retentionClass, LossTally tally) implements Item {}
  }

  /** How an offer went. */
  enum Offer {
    TAKEN,
    /** Taken, and the writer should look. */
    TAKEN_WAKE,
    FULL
  }

  synchronized Offer offer(TraceEntry entry, CompletableFuture<Outcome> reply) {
    if (closed) {
      throw new IllegalStateException("trace store: closed (expected: open)");
    }
    var key = entry.key();
    var size = entry.bytes() + OVERHEAD_BYTES;
    if (records >= recordsMax || bytes + size > bytesMax) {
      gap(key.retentionClass()).add(key.session(), key.time());
      return Offer.FULL;
    }
    openGaps.remove(key.retentionClass());
    var first = items.isEmpty();
    var pressed = isPressing();
    items.add(new Item.Entry(entry, reply));
    records++;
    bytes += size;
    return first || (!pressed && isPressing()) ? Offer.TAKEN_WAKE : Offer.TAKEN;
  }

  private LossTally gap(String retentionClass) {
    return openGaps.computeIfAbsent(
        retentionClass,
        name -> {
          var tally = new LossTally(LossReason.QUEUE_FULL);
          items.add(new Item.Gap(name, tally));
          return tally;
        });
  }

  /** Whether it is so full that the group should not wait for its window. */
  synchronized boolean isPressing() {
    return records >= recordsMax / 2 || bytes >= bytesMax / 2;
  }

  synchronized boolean isEmpty() {
    return items.isEmpty();
  }

  /** All that waits. It counts against the bounds until it is {@link #release released}. */
  synchronized List<Item> take() {
    var taken = items;
    items = new ArrayList<>();
    openGaps.clear();
    return taken;
  }

  /** Lets what was taken go: it is written, or dropped. */
  synchronized void release(List<Item> taken) {
    for (var item : taken) {
      if (item instanceof Item.Entry written) {
        records--;
        bytes -= written.entry().bytes() + OVERHEAD_BYTES;
      }
    }
  }

  synchronized void close() {
    closed = true;
  }

  synchronized long queued() {
    return records;
  }

  synchronized long queuedBytes() {
    return bytes;
  }
}
