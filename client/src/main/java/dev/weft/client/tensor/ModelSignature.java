package dev.weft.client.tensor;

import java.util.List;

/** What a model takes and gives. */
public record ModelSignature(String name, List<TensorSpec> inputs, List<TensorSpec> outputs) {

  public ModelSignature {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }
}
