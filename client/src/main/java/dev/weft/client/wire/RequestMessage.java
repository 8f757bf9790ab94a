package dev.weft.client.wire;

import com.fasterxml.jackson.core.JsonFactory;
import dev.weft.client.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * An inference request as it is sent: JSON, and behind it all tensors in binary, as Triton's binary
 * tensor data extension has it. Outputs are asked for in binary.
 *
 * @param json its length goes into the header {@link #LENGTH}
 */
public record RequestMessage(byte[] json, List<Tensor> tensors) {

  /** The header that says how long the JSON before binary tensors is. */
  public static final String LENGTH = "Inference-Header-Content-Length";

  private static final JsonFactory JSON = new JsonFactory();

  public RequestMessage {
    tensors = List.copyOf(tensors);
  }

  /**
   * @param outputs those wanted; none for all there are
   * @param parameters each a text, a number or a boolean
   */
  public static RequestMessage of(
      Map<String, Tensor> inputs, List<String> outputs, Map<String, Object> parameters) {
    var out = new ByteArrayOutputStream();
    try (var json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeObjectFieldStart("parameters");
      json.writeBooleanField("binary_data_output", true);
      for (var parameter : parameters.entrySet()) {
        json.writeFieldName(parameter.getKey());
        switch (parameter.getValue()) {
          case Boolean value -> json.writeBoolean(value);
          case Double value -> json.writeNumber(value);
          case Number value -> json.writeNumber(value.longValue());
          default -> json.writeString(parameter.getValue().toString());
        }
      }
      json.writeEndObject();
      json.writeArrayFieldStart("inputs");
      for (var input : inputs.entrySet()) {
        var tensor = input.getValue();
        json.writeStartObject();
        json.writeStringField("name", input.getKey());
        json.writeStringField("datatype", tensor.datatype().name());
        json.writeFieldName("shape");
        json.writeArray(tensor.shape(), 0, tensor.shape().length);
        json.writeObjectFieldStart("parameters");
        json.writeNumberField("binary_data_size", tensor.data().remaining());
        json.writeEndObject();
        json.writeEndObject();
      }
      json.writeEndArray();
      if (!outputs.isEmpty()) {
        json.writeArrayFieldStart("outputs");
        for (var output : outputs) {
          json.writeStartObject();
          json.writeStringField("name", output);
          json.writeEndObject();
        }
        json.writeEndArray();
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new RequestMessage(out.toByteArray(), List.copyOf(inputs.values()));
  }

  /** All of it, of a length that is known. */
  public BodyPublisher body() {
    var parts = new ArrayList<BodyPublisher>();
    parts.add(BodyPublishers.ofByteArray(json));
    tensors.forEach(tensor -> parts.add(BodyPublishers.ofByteArray(tensor.wire())));
    return BodyPublishers.concat(parts.toArray(BodyPublisher[]::new));
  }
}
