package dev.weft.persistence.outbox;

/**
 * The bounds of the next batch: those of the settings, or less since a receiver found one too
 * large. What it takes is not known, so each refusal halves them and so many batches that it took
 * double them again. A record that is too large alone is to be withheld. Not for several threads.
 */
final class BatchLimit {

  private static final int TAKEN_BEFORE_GROWTH = 16;

  private final long bytesMax;
  private final int itemsMax;
  private long bytes;
  private int items;
  private int taken;
  private long withheld;

  /**
   * The bounds at first, and for good.
   *
   * @param bytesMax of all items, encoded and not compressed
   */
  BatchLimit(long bytesMax, int itemsMax) {
    this.bytesMax = bytesMax;
    this.itemsMax = itemsMax;
    this.bytes = bytesMax;
    this.items = itemsMax;
  }

  /** Most bytes of all items, encoded; one item alone may be more. */
  long bytes() {
    return bytes;
  }

  int items() {
    return items;
  }

  /** Whether the payload of the record with this number is not to be sent, as it is too large. */
  boolean withholds(long number) {
    return number == withheld;
  }

  /**
   * Takes it that {@code batch} was too large.
   *
   * @param batchBytes of its items, encoded
   * @return whether something smaller is left to try
   */
  boolean tooLarge(Batch batch, long batchBytes) {
    taken = 0;
    if (batch.items().size() > 1) {
      items = batch.items().size() / 2;
      bytes = Math.clamp(batchBytes / 2, 1, bytes);
      return true;
    }
    if (batch.items().getFirst() instanceof BatchItem.Kept kept) {
      withheld = kept.number();
      return true;
    }
    return false;
  }

  /** A batch was taken. */
  void taken() {
    withheld = 0;
    if (++taken >= TAKEN_BEFORE_GROWTH) {
      taken = 0;
      bytes = bytes > bytesMax / 2 ? bytesMax : bytes * 2;
      items = items > itemsMax / 2 ? itemsMax : items * 2;
    }
  }
}
