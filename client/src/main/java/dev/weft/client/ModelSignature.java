package dev.weft.client;

import dev.weft.client.tensor.TensorSpec;
import java.util.List;

/** What a model takes and gives. */
public record ModelSignature(String name, List<TensorSpec> inputs, List<TensorSpec> outputs) {

  public ModelSignature {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }
}
