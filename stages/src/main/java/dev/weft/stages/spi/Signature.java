package dev.weft.stages.spi;

import java.util.HashSet;
import java.util.List;

/**
 * What a stage takes and gives: its inputs and outputs, each in a fixed order.
 *
 * <p>A named dimension binds to one size across all inputs and outputs of one run.
 */
public record Signature(List<TensorSpec> inputs, List<TensorSpec> outputs) {

  public Signature {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    checkDistinct("inputs", inputs);
    checkDistinct("outputs", outputs);
  }

  /** Position of the input of this name, or -1. */
  public int inputIndex(String name) {
    return index(inputs, name);
  }

  /** Position of the output of this name, or -1. */
  public int outputIndex(String name) {
    return index(outputs, name);
  }

  private static int index(List<TensorSpec> specs, String name) {
    for (var i = 0; i < specs.size(); i++) {
      if (specs.get(i).name().equals(name)) {
        return i;
      }
    }
    return -1;
  }

  private static void checkDistinct(String side, List<TensorSpec> specs) {
    var seen = new HashSet<String>();
    for (var spec : specs) {
      if (!seen.add(spec.name())) {
        throw new IllegalArgumentException(
            "%s: '%s' twice (expected: distinct names)".formatted(side, spec.name()));
      }
    }
  }
}
