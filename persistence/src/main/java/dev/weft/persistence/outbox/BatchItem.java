package dev.weft.persistence.outbox;

import dev.weft.persistence.trace.Loss;
import dev.weft.persistence.trace.TraceKey;
import java.time.Instant;
import java.util.List;

/** One thing in a batch, at its place in the source. */
public sealed interface BatchItem {

  /** Its place in the source: grows, may skip. Unique with the source. */
  long number();

  /** A record, whole. */
  record Kept(
      long number,
      long sequence,
      TraceKey key,
      byte[] payload,
      List<byte[]> attachments,
      byte[] hash,
      byte[] previousHash)
      implements BatchItem {

    public Kept {
      attachments = List.copyOf(attachments);
    }
  }

  /** A record whose payload is not sent. */
  record Withheld(
      long number, long sequence, TraceKey key, Why why, byte[] hash, byte[] previousHash)
      implements BatchItem {}

  /** Whether it is a record that was kept while the receiver could not be reached. */
  default boolean isDeferred() {
    return switch (this) {
      case Kept kept -> kept.key().isDeferred();
      case Withheld withheld -> withheld.key().isDeferred();
      case Gap _ -> false;
    };
  }

  /** Records that the source lost or deleted, where it noticed. */
  record Gap(long number, String retentionClass, Instant time, Loss loss) implements BatchItem {}

  /** Why a payload is not sent. */
  enum Why {
    ERASED,
    TOO_LARGE,
    ATTACHMENT_LOST,
    KEY_LOST
  }
}
