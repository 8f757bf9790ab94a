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
        var key = key(frame, retentionClass);
        yield query.wants(key, frame.number()) ? Optional.of(record(frame, key)) : Optional.empty();
      }
      case LOSS ->
          StoredLoss.of(frame)
              .map(StoredLoss::loss)
              .filter(loss -> query.wants(loss, retentionClass, frame.number()))
              .map(loss -> new TraceItem.Gap(retentionClass, frame.number(), frame.time(), loss));
    };
  }

  static TraceKey key(Frame frame, String retentionClass) {
    return new TraceKey(
        frame.session(),
        frame.pipeline(),
        frame.variant(),
        retentionClass,
        frame.time(),
        frame.deferred());
  }

  private TraceItem record(Frame frame, TraceKey key) throws IOException {
    var hash = hashing.hash(frame.body());
    var number = frame.number();
    if (frame.encrypted() && keys.isPresent() && keys.get().isErased(key.session())) {
      return new TraceItem.Erased(key, number, frame.sequence(), hash, frame.previous());
    }
    var payload =
        frame.encrypted()
            ? unsealed(frame, key.session())
            : Optional.of(Arrays.copyOfRange(frame.body(), frame.payloadAt(), frame.body().length));
    return payload.isPresent()
        ? new TraceItem.TraceRecord(
            key, number, frame.sequence(), payload.get(), hash, frame.previous(), frame.blobs())
        : new TraceItem.Locked(key, number, frame.sequence(), hash, frame.previous());
  }

  /**
   * The payload; empty if its session's key is lost or another one.
   *
   * @throws IOException if there are no keys at all, so that nothing is known of this one
   */
  private Optional<byte[]> unsealed(Frame frame, String session) throws IOException {
    if (keys.isEmpty()) {
      throw new IOException(
          "key of session '%s': none (expected: the master key it was wrapped by)"
              .formatted(session));
    }
    var key = keys.get().find(session);
    if (key.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          sealing.unseal(
              key.get(),
              frame.body(),
              frame.payloadAt(),
              frame.body(),
              frame.payloadAt(),
              frame.payloadLength()));
    } catch (GeneralSecurityException e) {
      return Optional.empty();
    }
  }
}
