package dev.weft.fabric.manifest;

import java.util.Optional;

/**
 * Where a tensor comes from inside a pipeline: {@code frame} is a pipeline input, {@code
 * detect.boxes} an output of a step.
 */
public record TensorRef(Optional<String> step, String tensor) {

  public static TensorRef input(String name) {
    return new TensorRef(Optional.empty(), name);
  }

  public static TensorRef output(String step, String tensor) {
    return new TensorRef(Optional.of(step), tensor);
  }

  /** Reads {@code name} or {@code step.name}; the first dot divides. */
  public static TensorRef parse(String text) {
    var dot = text.indexOf('.');
    return dot < 0 ? input(text) : output(text.substring(0, dot), text.substring(dot + 1));
  }

  @Override
  public String toString() {
    return step.map(name -> name + ".").orElse("") + tensor;
  }
}
