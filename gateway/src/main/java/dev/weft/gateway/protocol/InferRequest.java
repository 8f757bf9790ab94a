package dev.weft.gateway.protocol;

import dev.weft.stages.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An inference request as read. It owns its tensors until {@link #handOver()}: close it whatever
 * happens.
 */
public final class InferRequest implements AutoCloseable {

  /** Asks for binary outputs, unless an output says otherwise. */
  static final String BINARY_OUTPUTS = "binary_data_output";

  /** Asks for one output in binary, or not. */
  static final String BINARY_OUTPUT = "binary_data";

  private final Optional<String> id;
  private final Parameters parameters;
  private final List<RequestedOutput> outputs;
  private final boolean isBinaryByDefault;
  private Map<String, Tensor> inputs;

  /**
   * @param outputs those asked for; none means all
   * @param isBinaryByDefault whether outputs are binary where the request does not say
   */
  InferRequest(
      Optional<String> id,
      Parameters parameters,
      Map<String, Tensor> inputs,
      List<RequestedOutput> outputs,
      boolean isBinaryByDefault) {
    this.id = id;
    this.parameters = parameters;
    this.inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
    this.outputs = List.copyOf(outputs);
    this.isBinaryByDefault = isBinaryByDefault;
  }

  /** What the answer has to repeat. */
  public Optional<String> id() {
    return id;
  }

  public Parameters parameters() {
    return parameters;
  }

  /** The outputs asked for, in that order; empty for all. */
  public List<RequestedOutput> outputs() {
    return outputs;
  }

  /** The inputs by name, in the order they came; still owned by this. */
  public Map<String, Tensor> inputs() {
    return inputs;
  }

  /** The inputs, owned by the caller from now on. */
  public Map<String, Tensor> handOver() {
    var handed = inputs;
    inputs = Map.of();
    return handed;
  }

  /** Whether the answer's output of this name is to follow the JSON as bytes. */
  public boolean wantsBinary(String output) {
    return outputs.stream()
        .filter(requested -> requested.name().equals(output))
        .findFirst()
        .flatMap(requested -> requested.parameters().flag(BINARY_OUTPUT))
        .or(() -> parameters.flag(BINARY_OUTPUTS))
        .orElse(isBinaryByDefault);
  }

  /** Whether an output goes out as what it is: not as classes, nor to shared memory. */
  public boolean wantsValues(String output) {
    return outputs.stream()
        .filter(requested -> requested.name().equals(output))
        .allMatch(requested -> requested.classes() == 0 && requested.shared().isEmpty());
  }

  @Override
  public void close() {
    handOver().values().forEach(Tensor::close);
  }
}
