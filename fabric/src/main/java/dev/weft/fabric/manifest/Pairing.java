package dev.weft.fabric.manifest;

import java.time.Duration;
import java.util.List;

/**
 * How inputs that come one by one, each with the time at which it happened, become frames.
 *
 * @param by request attribute whose equal values belong together, such as {@code session}
 * @param inputs pipeline inputs to pair, at least two; the first sets the pace
 * @param tolerance most that the event time of an input may differ from that of the first
 * @param lateness longest an input waits for its partners; then its frame goes on without them
 * @param maxWaiting most inputs waiting for one key; beyond it the oldest goes on unpaired
 */
public record Pairing(
    String by, List<String> inputs, Duration tolerance, Duration lateness, int maxWaiting) {

  public static final int DEFAULT_WAITING = 32;

  public Pairing {
    inputs = List.copyOf(inputs);
    if (inputs.size() < 2) {
      throw new IllegalArgumentException(
          "pairing.inputs: %s (expected: at least two)".formatted(inputs));
    }
    requireNotNegative("tolerance", tolerance);
    requireNotNegative("lateness", lateness);
    if (maxWaiting < 1) {
      throw new IllegalArgumentException(
          "pairing.maxWaiting: %d (expected: >= 1)".formatted(maxWaiting));
    }
  }

  private static void requireNotNegative(String name, Duration value) {
    if (value.isNegative()) {
      throw new IllegalArgumentException("pairing.%s: %s (expected: >= 0)".formatted(name, value));
    }
  }
}
