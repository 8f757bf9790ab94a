package dev.weft.persistence.segment;

import dev.weft.persistence.trace.TraceItem;
import dev.weft.persistence.trace.TraceKey;
import dev.weft.persistence.trace.TraceQuery;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;

/** Makes items of frames, unsealing them. For one thread. */
final class FrameOpener {

  private final Optional<KeyFile> keys;
  private final Hashing hashing = new Hashing();
  private final Sealing sealing = new Sealing(new SecureRandom());

  FrameOpener(Optional<KeyFile> keys) {
    this.keys = keys;
  }

  /** What {@code frame} holds; empty if {@code query} does not ask for it. */
  Optional<TraceItem> item(Frame frame, String retentionClass, TraceQuery query)
      throws IOException {
    return switch (frame.kind()) {
      case RECORD -> {
        var key =
            new TraceKey(
                frame.session(), frame.pipeline(), frame.variant(), retentionClass, frame.time());
        yield query.wants(key, frame.number()) ? Optional.of(record(frame, key)) : Optional.empty();
      }
      case LOSS ->
          StoredLoss.of(frame)
              .map(StoredLoss::loss)
              .filter(loss -> query.wants(loss, retentionClass, frame.number()))
              .map(loss -> new TraceItem.Gap(retentionClass, frame.number(), frame.time(), loss));
    };
  }

  private TraceItem record(Frame frame, TraceKey key) throws IOException {
    var hash = hashing.hash(frame.body());
    if (frame.encrypted() && keys.isPresent() && keys.get().isErased(key.session())) {
      return new TraceItem.Erased(key, frame.number(), frame.sequence(), hash, frame.previous());
    }
    return new TraceItem.TraceRecord(
        key,
        frame.number(),
        frame.sequence(),
        frame.encrypted()
            ? unsealed(frame, key.session())
            : Arrays.copyOfRange(frame.body(), frame.payloadAt(), frame.body().length),
        hash,
        frame.previous(),
        frame.blobs());
  }

  private byte[] unsealed(Frame frame, String session) throws IOException {
    var key = keys.flatMap(file -> file.find(session));
    if (key.isEmpty()) {
      throw new IOException(
          "key of session '%s': none (expected: the master key it was wrapped by)"
              .formatted(session));
    }
    try {
      return sealing.unseal(
          key.get(),
          frame.body(),
          frame.payloadAt(),
          frame.body(),
          frame.payloadAt(),
          frame.payloadLength());
    } catch (GeneralSecurityException e) {
      throw new IOException(
          "record %d of session '%s': does not open with its session's key"
              .formatted(frame.sequence(), session),
          e);
    }
  }
}
