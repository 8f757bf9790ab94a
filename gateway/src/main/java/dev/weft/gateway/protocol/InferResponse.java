package dev.weft.gateway.protocol;

import dev.weft.stages.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The answer to an inference request.
 *
 * @param id what the request had
 * @param parameters what there is to say of the answer as a whole
 * @param outputs in the order they are written; on lease to whoever made this
 */
public record InferResponse(
    String model,
    String version,
    Optional<String> id,
    Map<String, String> parameters,
    List<Output> outputs) {

  public InferResponse {
    parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    outputs = List.copyOf(outputs);
  }

  /**
   * One output.
   *
   * @param isBinary whether its bytes follow the JSON
   * @param written where in shared memory it is instead; empty if it is sent
   */
  public record Output(
      String name, Tensor tensor, boolean isBinary, Optional<SharedPlace> written) {

    /** One that is sent. */
    public Output(String name, Tensor tensor, boolean isBinary) {
      this(name, tensor, isBinary, Optional.empty());
    }
  }
}
