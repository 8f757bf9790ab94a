package dev.weft.fabric.load;

import com.typesafe.config.ConfigFactory;
import java.util.OptionalDouble;

/** Settings as shipped and samples as a machine might give them. */
final class Samples {

  static final LoadSettings SETTINGS = LoadSettings.from(ConfigFactory.load());

  private static final OptionalDouble NONE = OptionalDouble.empty();

  private Samples() {}

  /** Ample memory, nothing late. */
  static LoadSample cpu(double own, double foreign, double program, double queue, double stall) {
    return new LoadSample(
        some(Math.min(1, own + foreign)),
        some(own),
        some(foreign),
        some(program),
        some(queue),
        some(stall),
        some(0.6),
        some(0),
        some(0.3),
        some(0.1),
        some(0));
  }

  /** Others use {@code foreign} of the CPU, and nobody waits for a core. */
  static LoadSample foreign(double foreign) {
    return cpu(0.1, foreign, 0, 1, 0);
  }

  static LoadSample calm() {
    return foreign(0.02);
  }

  static LoadSample memory(double available, double stall) {
    return new LoadSample(
        some(0.1),
        some(0.1),
        some(0),
        some(0),
        some(1),
        some(0),
        some(available),
        some(stall),
        NONE,
        NONE,
        some(0));
  }

  /** Only the timer tells anything, and if {@code own} is 0 or more, the use of the CPU. */
  static LoadSample late(double millis, double own) {
    var isKnown = own >= 0;
    return new LoadSample(
        isKnown ? some(own) : NONE,
        isKnown ? some(own) : NONE,
        isKnown ? some(0) : NONE,
        NONE,
        NONE,
        NONE,
        NONE,
        NONE,
        NONE,
        NONE,
        some(millis));
  }

  static OptionalDouble some(double value) {
    return OptionalDouble.of(value);
  }
}
