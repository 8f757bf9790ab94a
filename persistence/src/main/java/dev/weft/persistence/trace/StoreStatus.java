package dev.weft.persistence.trace;

import java.util.Map;

/**
 * Counts since the store was opened, and what it holds.
 *
 * @param bytes of segments and blobs, by retention class
 * @param queued records waiting to be committed
 */
public record StoreStatus(
    long kept,
    Map<LossReason, Long> dropped,
    long deleted,
    long commits,
    long queued,
    long queuedBytes,
    Map<String, Long> bytes) {

  public StoreStatus {
    dropped = Map.copyOf(dropped);
    bytes = Map.copyOf(bytes);
  }
}
