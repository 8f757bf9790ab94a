package dev.weft.client.wire;

import dev.weft.client.tensor.Datatype;
import dev.weft.client.tensor.Tensor;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The answer to an inference.
 *
 * @param outputs in the order of the answer
 * @param parameters those of the answer that are texts
 */
public record ReplyMessage(Map<String, Tensor> outputs, Map<String, String> parameters) {

  public ReplyMessage {
    outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
    parameters = Map.copyOf(parameters);
  }

  /**
   * @param jsonLength bytes of the JSON before the tensors; empty if all is JSON
   * @throws WireException if it is no answer, or an output of it is not in binary
   */
  public static ReplyMessage read(byte[] body, OptionalInt jsonLength) {
    var length = jsonLength.orElse(body.length);
    if (length < 0 || length > body.length) {
      throw new WireException(
          "JSON of %d bytes (expected: within the %d of the answer)"
              .formatted(length, body.length));
    }
    var answer = JsonObjects.object(JsonObjects.read(body, length), "answer");
    var outputs = new LinkedHashMap<String, Tensor>();
    var from = length;
    for (var each : JsonObjects.list(answer, "outputs")) {
      var output = JsonObjects.object(each, "output");
      var name = required(output, "name");
      var size = binarySize(output, name);
      if (size < 0 || size > body.length - from) {
        throw new WireException(
            "output '%s': %d bytes (expected: at most the %d that are left)"
                .formatted(name, size, body.length - from));
      }
      var to = from + (int) size;
      if (outputs.put(name, tensor(output, name, Arrays.copyOfRange(body, from, to))) != null) {
        throw new WireException("output '%s': twice (expected: once)".formatted(name));
      }
      from = to;
    }
    if (from < body.length) {
      throw new WireException(
          "%d bytes behind the last output (expected: none)".formatted(body.length - from));
    }
    return new ReplyMessage(outputs, texts(answer));
  }

  private static long binarySize(Map<?, ?> output, String name) {
    var parameters = output.get("parameters");
    if (parameters instanceof Map<?, ?> object) {
      var size = JsonObjects.integer(object, "binary_data_size");
      if (size.isPresent()) {
        return size.get();
      }
    }
    throw new WireException(
        "output '%s': not in binary (expected: a server with the extension binary_tensor_data)"
            .formatted(name));
  }

  private static Tensor tensor(Map<?, ?> output, String name, byte[] data) {
    if (!output.containsKey("shape")) {
      throw new WireException("output '%s': no shape (expected: one)".formatted(name));
    }
    var shape = JsonObjects.integers(output, "shape").stream().mapToLong(Long::longValue).toArray();
    try {
      return Tensor.wire(Datatype.valueOf(required(output, "datatype")), data, shape);
    } catch (IllegalArgumentException e) {
      throw new WireException("output '%s': %s".formatted(name, e.getMessage()), e);
    }
  }

  private static Map<String, String> texts(Map<?, ?> answer) {
    var texts = new LinkedHashMap<String, String>();
    if (answer.get("parameters") instanceof Map<?, ?> object) {
      object.forEach(
          (name, value) -> {
            if (value instanceof String text) {
              texts.put(name.toString(), text);
            }
          });
    }
    return texts;
  }

  /** The steps a parameter names, with commas between them; none if it is not there. */
  public List<String> steps(String parameter) {
    var text = parameters.getOrDefault(parameter, "");
    return text.isEmpty() ? List.of() : List.of(text.split(","));
  }

  /**
   * The time a parameter tells in milliseconds; empty if it is not there.
   *
   * @throws WireException if it is none
   */
  public Optional<Duration> millis(String parameter) {
    var text = parameters.getOrDefault(parameter, "");
    if (!text.isEmpty() && !text.matches("[0-9]{1,15}")) {
      throw new WireException("%s: '%s' (expected: milliseconds)".formatted(parameter, text));
    }
    return text.isEmpty() ? Optional.empty() : Optional.of(Duration.ofMillis(Long.parseLong(text)));
  }

  static String required(Map<?, ?> object, String name) {
    return JsonObjects.text(object, name)
        .orElseThrow(
            () -> new WireException("%s: none (expected: a text in %s)".formatted(name, object)));
  }
}
