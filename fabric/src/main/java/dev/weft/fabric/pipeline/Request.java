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

  /** Attribute of a request whose steps run the cheaper variants they declare. */
  private static final String EFFORT = "effort";

  private static final String CHEAPER = "cheaper";

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

  /**
   * The same, run by the cheaper variants that steps declare for load, whatever the load is. As
   * nobody knows beforehand how long these take together, it is let in without a prediction.
   */
  public Request cheaply() {
    return with(EFFORT, CHEAPER);
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

  boolean isCheap() {
    return isCheap(attributes);
  }

  static boolean isCheap(Map<String, String> attributes) {
    return !attributes.isEmpty() && CHEAPER.equals(attributes.get(EFFORT));
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
