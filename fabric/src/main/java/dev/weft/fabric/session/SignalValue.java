package dev.weft.fabric.session;

import java.nio.charset.StandardCharsets;

/** What a signal says. */
public sealed interface SignalValue {

  /** Below this every whole number is a double. */
  double WHOLE_MAX = 1L << 53;

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

  /** The same as the attribute of a frame: whole numbers without a point. */
  default String attribute() {
    return switch (this) {
      case Truth(var truth) -> String.valueOf(truth);
      case Number(var number) ->
          number == Math.rint(number) && Math.abs(number) < WHOLE_MAX
              ? String.valueOf((long) number)
              : String.valueOf(number);
      case Text(var text) -> text;
    };
  }

  /** Memory it counts for, in bytes. */
  default int bytes() {
    return switch (this) {
      case Truth _ -> 1;
      case Number _ -> Double.BYTES;
      case Text(var text) -> text.getBytes(StandardCharsets.UTF_8).length;
    };
  }
}
