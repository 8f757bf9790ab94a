package dev.weft.fabric.session;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * What a client told of itself.
 *
 * @param expiresAt from when on it counts no more
 */
public record Signal(String name, SignalValue value, Instant expiresAt) {

  /** What a signal costs beside its name and value. */
  private static final int OVERHEAD_BYTES = 16;

  /** Memory it counts for, in bytes. */
  int bytes() {
    return name.getBytes(StandardCharsets.UTF_8).length + value.bytes() + OVERHEAD_BYTES;
  }
}
