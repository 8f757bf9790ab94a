package dev.weft.stages.calibration;

import dev.weft.stages.spi.StageException;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The inputs of one run of a model.
 *
 * @param place where they are from, for messages: a folder, or a frame of a trace
 * @param inputs a tensor for each input, by name
 */
public record Sample(String place, Map<String, Tensor> inputs) {

  public Sample {
    inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
  }

  /** What in it is no number to calibrate with, in a sentence; empty if all is finite. */
  Optional<String> flaw() {
    for (var input : inputs.entrySet()) {
      if (input.getValue().datatype() == Datatype.FP32) {
        var values = input.getValue().toFloats();
        for (var i = 0; i < values.length; i++) {
          if (!Float.isFinite(values[i])) {
            return Optional.of(
                "input '%s': %s at position %d (expected: finite numbers)"
                    .formatted(input.getKey(), values[i], i));
          }
        }
      }
    }
    return Optional.empty();
  }

  /** {@code failed} with the place where it failed. */
  public StageException failed(StageException failed) {
    return new StageException(
        failed.code(), "%s: %s".formatted(place, failed.getMessage()), failed);
  }
}
