package dev.weft.fabric.pairing;

import dev.weft.stages.tensor.Tensor;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One input of a frame, offered by itself because its partners come from other sources. Its tensor
 * goes over to the fabric with the offer, whatever becomes of it.
 *
 * @param input name of a pipeline input that is paired
 * @param eventTime when it happened, by a clock that its partners' sources share
 * @param attributes among them the one that the pairing goes by, such as {@code session}
 */
public record TimedInput(
    String input, Tensor tensor, Instant eventTime, Map<String, String> attributes) {

  public TimedInput {
    attributes = Map.copyOf(attributes);
  }

  public static TimedInput of(String input, Tensor tensor, Instant eventTime) {
    return new TimedInput(input, tensor, eventTime, Map.of());
  }

  public TimedInput with(String attribute, String value) {
    var more = new LinkedHashMap<>(attributes);
    more.put(attribute, value);
    return new TimedInput(input, tensor, eventTime, more);
  }
}
