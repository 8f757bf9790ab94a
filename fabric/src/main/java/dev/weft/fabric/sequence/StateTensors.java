package dev.weft.fabric.sequence;

import dev.weft.stages.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The state of one sequence: a tensor for each state input, on lease until this is closed. */
record StateTensors(Map<String, Tensor> byInput) implements AutoCloseable {

  StateTensors {
    byInput = Collections.unmodifiableMap(new LinkedHashMap<>(byInput));
  }

  /** The same tensors with leases of their own, as inputs of a frame. */
  Map<String, Tensor> lent() {
    byInput.values().forEach(Tensor::retain);
    return byInput;
  }

  @Override
  public void close() {
    byInput.values().forEach(Tensor::close);
  }
}
