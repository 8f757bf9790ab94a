package dev.weft.gateway.protocol;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * Writes answers as one JSON object whose fields are the outputs by their names: a value where
 * there is one, else a flat array, row-major. Source: "Generate Extension", docs/protocol of the
 * Triton Inference Server.
 */
public final class FieldsEncoder {

  private static final List<String> TAKEN =
      List.of("id", "model_name", "model_version", "parameters");

  private FieldsEncoder() {}

  /**
   * The answer on one line.
   *
   * @throws ProtocolException if an output has what JSON cannot say, or the name of another field
   */
  public static byte[] encode(InferResponse response) {
    var json = new ByteArrayOutputStream();
    try (var generator = InferEncoder.generator(json)) {
      generator.writeStartObject();
      InferEncoder.writeHead(generator, response);
      for (var output : response.outputs()) {
        write(generator, output);
      }
      generator.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return json.toByteArray();
  }

  private static void write(JsonGenerator generator, InferResponse.Output output)
      throws IOException {
    if (TAKEN.contains(output.name())) {
      throw ProtocolException.invalid(
          "output '%s': a field of every answer (expected: it to be asked for by infer)",
          output.name());
    }
    generator.writeFieldName(output.name());
    var isOne = output.tensor().shape().elements() == 1;
    if (!isOne) {
      generator.writeStartArray();
    }
    InferEncoder.writeData(generator, output);
    if (!isOne) {
      generator.writeEndArray();
    }
  }
}
