package dev.weft.app.quantizing;

import dev.weft.app.quantizing.ModelFiles.Written;
import dev.weft.stages.quantize.Measured;
import dev.weft.stages.quantize.Quantized;
import dev.weft.stages.quantize.Sensitivity;
import java.time.Duration;
import java.util.Optional;

/**
 * What became of an {@link Order}.
 *
 * @param sourceBytes of the original
 * @param frames inputs there were
 * @param isRecorded whether these were recorded, not generated
 * @param reducedBecause why int8 weights have 7 bits; empty if they have 8, or are not int8
 * @param measured empty if the model could not be run on the inputs there are
 * @param objection why it is not offered as an upgrade; empty if it is
 * @param convertTime from reading the original to the first bytes of the new one
 */
public record Outcome(
    Order order,
    Quantized quantized,
    long sourceBytes,
    Written file,
    int frames,
    boolean isRecorded,
    Optional<String> reducedBecause,
    Optional<Sensitivity> sensitivity,
    Optional<Measured> measured,
    Optional<String> objection,
    Duration convertTime) {

  private static final String GENERATED =
      "its error is not known: it was run on generated inputs (expected: --calibrate with recorded"
          + " ones)";

  public boolean isOffered() {
    return objection.isEmpty();
  }

  /** With what was measured, and what speaks against it. */
  Outcome with(Measured found) {
    var against =
        found.objection().or(() -> isRecorded ? Optional.empty() : Optional.of(GENERATED));
    return judged(Optional.of(found), against);
  }

  /** With the reason why nothing was measured. */
  Outcome without(String reason) {
    return judged(Optional.empty(), Optional.of(reason));
  }

  private Outcome judged(Optional<Measured> found, Optional<String> against) {
    return new Outcome(
        order,
        quantized,
        sourceBytes,
        file,
        frames,
        isRecorded,
        reducedBecause,
        sensitivity,
        found,
        against,
        convertTime);
  }
}
