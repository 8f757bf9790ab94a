package dev.weft.gateway.protocol;

import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorPool;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;

/** Requests as bytes, and a decoder with small limits to read them. */
final class Requests {

  static final ProtocolLimits LIMITS = new ProtocolLimits(4096, 2048, 4, 512, 64, 8);

  private Requests() {}

  static TensorPool pool() {
    return new TensorPool(1 << 20, TensorPool.LeakTracing.ON);
  }

  static InferDecoder.Body json(String text) {
    var bytes = utf8(text);
    return body(bytes, OptionalLong.empty());
  }

  /** JSON, then binary tensors, with the header that tells them apart. */
  static InferDecoder.Body binary(String text, byte[]... tensors) {
    var json = utf8(text);
    return body(joined(json, tensors), OptionalLong.of(json.length));
  }

  static InferDecoder.Body raw(byte[] content) {
    return body(content, OptionalLong.of(0));
  }

  static InferDecoder.Body body(byte[] content, OptionalLong jsonLength) {
    return new InferDecoder.Body(
        new ByteArrayInputStream(content), OptionalLong.of(content.length), jsonLength);
  }

  /** The same without a length, as a chunked or compressed body comes. */
  static InferDecoder.Body unsized(InferDecoder.Body body) {
    return new InferDecoder.Body(body.content(), OptionalLong.empty(), body.jsonLength());
  }

  static InferRequest decode(TensorPool pool, InferDecoder.Body body, TensorSpec... inputs) {
    try {
      return new InferDecoder(LIMITS, pool).decode(body, List.of(inputs), SharedMemory.none());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The input of this name, which must be there. */
  static Tensor input(InferRequest request, String name) {
    return Objects.requireNonNull(request.inputs().get(name), name);
  }

  /** What a failure says. */
  static String said(Throwable failure) {
    return Objects.requireNonNull(failure.getMessage());
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static byte[] joined(byte[] first, byte[]... others) {
    var all = new ByteArrayOutputStream();
    all.writeBytes(first);
    for (var other : others) {
      all.writeBytes(other);
    }
    return all.toByteArray();
  }

  static byte[] floats(float... values) {
    var bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (var value : values) {
      bytes.putFloat(value);
    }
    return bytes.array();
  }

  static byte[] texts(String... values) {
    var all = new ByteArrayOutputStream();
    for (var value : values) {
      var bytes = utf8(value);
      all.writeBytes(
          ByteBuffer.allocate(Integer.BYTES)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putInt(bytes.length)
              .array());
      all.writeBytes(bytes);
    }
    return all.toByteArray();
  }
}
