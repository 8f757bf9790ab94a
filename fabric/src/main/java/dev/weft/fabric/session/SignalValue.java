package dev.weft.fabric.session;

import java.nio.charset.StandardCharsets;

/** What a signal says. */
public sealed interface SignalValue {

  /** Yes or no. */
  record Truth(boolean truth) implements SignalValue {}

  /** A finite number. */
  record Number(double number) implements SignalValue {

    public Number {
      if (!Double.isFinite(number)) {
        throw new IllegalArgumentException("number: %s (expected: finite)".formatted(number));
      }
    }
  }

  /** A text. */
  record Text(String text) implements SignalValue {}

  /** Memory it counts for, in bytes. */
  default int bytes() {
    return switch (this) {
      case Truth _ -> 1;
      case Number _ -> Double.BYTES;
      case Text(var text) -> text.getBytes(StandardCharsets.UTF_8).length;
    };
  }
}
