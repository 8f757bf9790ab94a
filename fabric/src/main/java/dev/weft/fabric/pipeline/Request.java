package dev.weft.fabric.pipeline;

import dev.weft.fabric.manifest.Lane;
import dev.weft.stages.tensor.Tensor;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One frame to be run. Its tensors go over to the fabric with the submit, whatever the answer.
 *
 * @param inputs by the pipeline's input names
 * @param attributes such as {@code session} and {@code tenant}; splits stick to them
 * @param lane instead of the pipeline's own
 * @param deadline from now, instead of the pipeline's own
 * @param unpaired inputs that did not come in time to be paired with those there are
 */
public record Request(
    Map<String, Tensor> inputs,
    Map<String, String> attributes,
    Optional<Lane> lane,
    Optional<Duration> deadline,
    List<String> unpaired) {

  static final String TENANT = "tenant";

  public Request {
    inputs = Map.copyOf(inputs);
    attributes = Map.copyOf(attributes);
    unpaired = List.copyOf(unpaired);
  }

  public static Request of(Map<String, Tensor> inputs) {
    return new Request(inputs, Map.of(), Optional.empty(), Optional.empty(), List.of());
  }

  public static Request of(String input, Tensor tensor) {
    return of(Map.of(input, tensor));
  }

  public Request with(String attribute, String value) {
    return with(Map.of(attribute, value));
  }

  public Request with(Map<String, String> others) {
    var more = new LinkedHashMap<>(attributes);
    more.putAll(others);
    return new Request(inputs, more, lane, deadline, unpaired);
  }

  public Request inLane(Lane other) {
    return new Request(inputs, attributes, Optional.of(other), deadline, unpaired);
  }

  public Request within(Duration other) {
    return new Request(inputs, attributes, lane, Optional.of(other), unpaired);
  }

  public Request withUnpaired(List<String> absent) {
    return new Request(inputs, attributes, lane, deadline, absent);
  }

  /** Whose it is; empty if it says nothing of that. */
  String tenant() {
    return attributes.getOrDefault(TENANT, "");
  }

  /** Of its tensors. */
  long bytes() {
    var bytes = 0L;
    for (var tensor : inputs.values()) {
      bytes += tensor.byteSize();
    }
    return bytes;
  }
}
