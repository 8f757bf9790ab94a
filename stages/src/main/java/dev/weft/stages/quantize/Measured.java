package dev.weft.stages.quantize;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * What a quantized model gains and costs on this machine, and whether it is worth to be offered.
 *
 * @param bytes of the model
 * @param errors by output, against the original on the same inputs
 * @param objection why it is not offered as an upgrade; empty if it is
 */
public record Measured(
    long bytes, SpeedUp speedUp, List<OutputError> errors, Optional<String> objection) {

  public Measured {
    errors = List.copyOf(errors);
  }

  public boolean isOffered() {
    return objection.isEmpty();
  }

  /**
   * Runs both models in turns.
   *
   * @param rounds at least {@value SpeedUp#ROUNDS_MIN}
   * @param nanoTime the clock
   * @throws dev.weft.stages.spi.StageException if the quantized model cannot be loaded or run
   */
  public static Measured of(
      Quantized quantized, Original original, int rounds, LongSupplier nanoTime) {
    try (var other = original.load(quantized.model())) {
      var errors = original.errors(other);
      var speedUp = SpeedUp.measure(original.runner(), other, original.inputs(), rounds, nanoTime);
      return new Measured(quantized.model().length, speedUp, errors, objection(speedUp, errors));
    }
  }

  /** Decides whether a form is an upgrade: outputs compared and whole, and faster beyond doubt. */
  static Optional<String> objection(SpeedUp speedUp, List<OutputError> errors) {
    if (errors.isEmpty()) {
      return Optional.of("no output to compare: the model has none of FP32");
    }
    for (var error : errors) {
      if (!error.isKnown()) {
        return Optional.of(
            "no output to compare: '%s' holds no finite number in any run"
                .formatted(error.output()));
      }
      if (error.broken() > 0) {
        return Optional.of(
            "output '%s' has another shape or numbers that are not finite in %d runs"
                .formatted(error.output(), error.broken()));
      }
    }
    return speedUp.low() > 1
        ? Optional.empty()
        : Optional.of(
            "not faster beyond doubt: %s times as fast, 95 %% interval %s to %s"
                .formatted(
                    rounded(speedUp.median()), rounded(speedUp.low()), rounded(speedUp.high())));
  }

  private static String rounded(double ratio) {
    return String.format(Locale.ROOT, "%.3f", ratio);
  }
}
