package dev.weft.gateway.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.weft.stages.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes answers to inference requests as JSON and, where asked for, binary tensors. */
public final class InferEncoder {

  private static final JsonFactory JSON = new JsonFactory();

  private InferEncoder() {}

  /**
   * The answer as it is sent. Data in JSON is flat and row-major.
   *
   * @throws ProtocolException if an output has what JSON cannot say and is not asked for in binary
   */
  public static EncodedResponse encode(InferResponse response) {
    var json = new ByteArrayOutputStream();
    var binaries = new ArrayList<Tensor>();
    try (var generator = generator(json)) {
      generator.writeStartObject();
      writeHead(generator, response);
      generator.writeArrayFieldStart("outputs");
      for (var output : response.outputs()) {
        write(generator, output);
        if (output.isBinary() && output.written().isEmpty()) {
          binaries.add(output.tensor());
        }
      }
      generator.writeEndArray();
      generator.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new EncodedResponse(json.toByteArray(), binaries);
  }

  static JsonGenerator generator(OutputStream json) throws IOException {
    return JSON.createGenerator(json);
  }

  /** Writes what there is to say of an answer as a whole. */
  static void writeHead(JsonGenerator generator, InferResponse response) throws IOException {
    generator.writeStringField("model_name", response.model());
    generator.writeStringField("model_version", response.version());
    if (response.id().isPresent()) {
      generator.writeStringField("id", response.id().get());
    }
    writeParameters(generator, response);
  }

  private static void writeParameters(JsonGenerator generator, InferResponse response)
      throws IOException {
    if (response.parameters().isEmpty()) {
      return;
    }
    generator.writeObjectFieldStart("parameters");
    for (var parameter : response.parameters().entrySet()) {
      generator.writeStringField(parameter.getKey(), parameter.getValue());
    }
    generator.writeEndObject();
  }

  private static void write(JsonGenerator generator, InferResponse.Output output)
      throws IOException {
    var tensor = output.tensor();
    generator.writeStartObject();
    generator.writeStringField("name", output.name());
    generator.writeStringField("datatype", tensor.datatype().name());
    generator.writeArrayFieldStart("shape");
    for (var dim : tensor.shape().toArray()) {
      generator.writeNumber(dim);
    }
    generator.writeEndArray();
    if (output.written().isPresent()) {
      writePlace(generator, output.written().get());
    } else if (output.isBinary()) {
      generator.writeObjectFieldStart("parameters");
      generator.writeNumberField(InputDraft.BINARY_SIZE, tensor.byteSize());
      generator.writeEndObject();
    } else {
      generator.writeArrayFieldStart("data");
      writeData(generator, output);
      generator.writeEndArray();
    }
    generator.writeEndObject();
  }

  private static void writePlace(JsonGenerator generator, SharedPlace at) throws IOException {
    generator.writeObjectFieldStart("parameters");
    generator.writeStringField(SharedPlace.REGION, at.region());
    generator.writeNumberField(SharedPlace.OFFSET, at.offset());
    generator.writeNumberField(SharedPlace.BYTES, at.bytes());
    generator.writeEndObject();
  }

  /** Writes the elements of an output, flat and without brackets. */
  static void writeData(JsonGenerator generator, InferResponse.Output output) throws IOException {
    var tensor = output.tensor();
    var data = tensor.segment();
    var count = tensor.shape().elements();
    switch (tensor.datatype()) {
      case FP32 -> {
        for (var i = 0L; i < count; i++) {
          var value = data.getAtIndex(ValueLayout.JAVA_FLOAT, i);
          requireFinite(output, i, value);
          generator.writeNumber(value);
        }
      }
      case FP64 -> {
        for (var i = 0L; i < count; i++) {
          var value = data.getAtIndex(ValueLayout.JAVA_DOUBLE, i);
          requireFinite(output, i, value);
          generator.writeNumber(value);
        }
      }
      case BYTES -> writeTexts(generator, output, tensor.toByteStrings());
      case FP16, BF16 -> throw notInJson(output, tensor.datatype() + " in JSON");
      case BOOL, UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64 -> {
        for (var i = 0L; i < count; i++) {
          writeWhole(generator, tensor, i);
        }
      }
    }
  }

  private static void writeWhole(JsonGenerator generator, Tensor tensor, long i)
      throws IOException {
    var data = tensor.segment();
    switch (tensor.datatype()) {
      case BOOL -> generator.writeBoolean(data.get(ValueLayout.JAVA_BYTE, i) != 0);
      case UINT8 -> generator.writeNumber(data.get(ValueLayout.JAVA_BYTE, i) & 0xFF);
      case INT8 -> generator.writeNumber(data.get(ValueLayout.JAVA_BYTE, i));
      case UINT16 -> generator.writeNumber(data.getAtIndex(ValueLayout.JAVA_SHORT, i) & 0xFFFF);
      case INT16 -> generator.writeNumber(data.getAtIndex(ValueLayout.JAVA_SHORT, i));
      case UINT32 -> generator.writeNumber(data.getAtIndex(ValueLayout.JAVA_INT, i) & 0xFFFF_FFFFL);
      case INT32 -> generator.writeNumber(data.getAtIndex(ValueLayout.JAVA_INT, i));
      case UINT64 ->
          generator.writeNumber(
              new BigInteger(Long.toUnsignedString(data.getAtIndex(ValueLayout.JAVA_LONG, i))));
      case INT64 -> generator.writeNumber(data.getAtIndex(ValueLayout.JAVA_LONG, i));
      case FP16, BF16, FP32, FP64, BYTES ->
          throw new AssertionError(tensor.datatype() + " is no whole number");
    }
  }

  private static void writeTexts(
      JsonGenerator generator, InferResponse.Output output, List<byte[]> elements)
      throws IOException {
    var utf8 = StandardCharsets.UTF_8.newDecoder();
    for (var element : elements) {
      try {
        generator.writeString(utf8.decode(ByteBuffer.wrap(element)).toString());
      } catch (CharacterCodingException e) {
        throw notInJson(output, "bytes that are not UTF-8");
      }
    }
  }

  private static void requireFinite(InferResponse.Output output, long index, double value) {
    if (!Double.isFinite(value)) {
      throw notInJson(output, "%s at element %d".formatted(value, index));
    }
  }

  /** Says what a client has to do about an output that JSON cannot carry. */
  private static ProtocolException notInJson(InferResponse.Output output, String what) {
    return ProtocolException.invalid(
        "output '%s': %s (expected: it to be asked for with '%s': true)",
        output.name(), what, InferRequest.BINARY_OUTPUT);
  }
}
