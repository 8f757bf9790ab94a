package dev.weft.gateway.protocol;

import static dev.weft.gateway.protocol.ProtocolException.invalid;

import org.jspecify.annotations.Nullable;

/**
 * Where one tensor lies in shared memory, as the parameters of a tensor say it.
 *
 * @param region name under which it is registered
 * @param offset within the region, in bytes
 * @param bytes that the tensor has, or may have
 */
public record SharedPlace(String region, long offset, long bytes) {

  public static final String REGION = "shared_memory_region";
  public static final String OFFSET = "shared_memory_offset";
  public static final String BYTES = "shared_memory_byte_size";

  /**
   * @param tensor whose parameters they are, for messages
   * @return null if they name no region
   * @throws ProtocolException if they name one and not where in it, or are of the wrong kind
   */
  static @Nullable SharedPlace of(String tensor, Parameters parameters) {
    if (!parameters.has(REGION)) {
      return null;
    }
    var region = parameters.text(REGION).orElse("");
    var bytes = parameters.unsigned(BYTES);
    if (region.isEmpty() || bytes.isEmpty()) {
      throw invalid(
          "%s: no '%s' (expected: with '%s', both)",
          tensor, region.isEmpty() ? REGION : BYTES, region.isEmpty() ? BYTES : REGION);
    }
    return new SharedPlace(region, parameters.unsigned(OFFSET).orElse(0), bytes.getAsLong());
  }
}
