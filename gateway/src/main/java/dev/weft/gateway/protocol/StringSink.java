package dev.weft.gateway.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Strings, whose total length is known only at the end: kept on the heap until then, which the
 * bound on the JSON bounds.
 */
final class StringSink extends ElementSink {

  private final Shape shape;
  private final TensorAllocator tensors;
  private final List<byte[]> elements = new ArrayList<>();

  /** Says so where a text is none, such as half of a surrogate pair. */
  private final CharsetEncoder utf8 = StandardCharsets.UTF_8.newEncoder();

  StringSink(String place, Shape shape, TensorAllocator tensors) {
    super(place, Datatype.BYTES);
    this.shape = shape;
    this.tensors = tensors;
  }

  @Override
  void put(JsonParser parser, JsonToken token, long index) throws IOException {
    if (token != JsonToken.VALUE_STRING) {
      throw wrong(parser, "text in quotes");
    }
    try {
      elements.add(bytes(utf8.encode(CharBuffer.wrap(parser.getText()))));
    } catch (CharacterCodingException e) {
      throw new ProtocolException(
          Fault.INVALID,
          "%s: element %d: half of a character (expected: text, as BYTES)".formatted(place, index),
          e);
    }
  }

  private static byte[] bytes(ByteBuffer encoded) {
    var bytes = new byte[encoded.remaining()];
    encoded.get(bytes);
    return bytes;
  }

  @Override
  Tensor tensor() {
    return tensors.bytes(shape, elements);
  }

  @Override
  void close() {
    elements.clear();
  }
}
