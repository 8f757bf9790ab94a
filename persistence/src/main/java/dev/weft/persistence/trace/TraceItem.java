package dev.weft.persistence.trace;

import java.time.Instant;
import java.util.List;

/** What a cursor comes by. */
public sealed interface TraceItem {

  /** Its place in the buffer; 0 of damage, which has none. */
  long number();

  /**
   * A record, whole and checked.
   *
   * @param hash SHA-256 over the record as stored, the hash of its predecessor included
   * @param previousHash the hash of the record before it in the session's stream; zeros if first
   * @param blobs the addresses of its attachments, in the order given
   */
  record TraceRecord(
      TraceKey key,
      long number,
      long sequence,
      byte[] payload,
      byte[] hash,
      byte[] previousHash,
      List<BlobId> blobs)
      implements TraceItem {

    public TraceRecord {
      blobs = List.copyOf(blobs);
    }
  }

  /** A record whose session was erased: its place in the chain is all that is left. */
  record Erased(TraceKey key, long number, long sequence, byte[] hash, byte[] previousHash)
      implements TraceItem {}

  /**
   * A record whose payload cannot be opened: the key of its session is lost, or not the one that
   * sealed it. Its place in the chain is all that can be read.
   */
  record Locked(TraceKey key, long number, long sequence, byte[] hash, byte[] previousHash)
      implements TraceItem {}

  /** A gap in {@code retentionClass}, where it was noticed. */
  record Gap(String retentionClass, long number, Instant time, Loss loss) implements TraceItem {}

  /**
   * Bytes that hold no valid record any more, up to the segment's end.
   *
   * @param segment the file
   * @param offset where the valid part ends
   */
  record Damage(String retentionClass, String segment, long offset, long bytes)
      implements TraceItem {

    @Override
    public long number() {
      return 0;
    }
  }
}
