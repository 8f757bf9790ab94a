package dev.weft.gateway.protocol;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
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
   * Refuses, before anything is run, a model whose answers could not be told so.
   *
   * @throws ProtocolException if an output has a datatype that JSON cannot say, or the name of
   *     another field
   */
  public static void requireTold(List<TensorSpec> outputs) {
    for (var output : outputs) {
      if (TAKEN.contains(output.name())) {
        throw ProtocolException.invalid(
            "output '%s': a field of every answer (expected: the model to be asked by infer)",
            output.name());
      }
      if (output.datatype() == Datatype.FP16 || output.datatype() == Datatype.BF16) {
        throw ProtocolException.invalid(
            "output '%s': %s as numbers (expected: the model to be asked by infer, in binary)",
            output.name(), output.datatype());
      }
    }
  }

  /**
   * The answer on one line, of a model that {@link #requireTold} lets pass.
   *
   * @throws ProtocolException if an output has a value that JSON cannot say
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
