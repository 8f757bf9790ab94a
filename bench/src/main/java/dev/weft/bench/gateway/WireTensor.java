package dev.weft.bench.gateway;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/**
 * An input as it goes over the wire.
 *
 * @param datatype as the Open Inference Protocol names it: {@code FP32} or {@code INT64}
 * @param data little-endian, row-major
 */
public record WireTensor(String name, String datatype, List<Long> shape, byte[] data) {

  private static final String FP32 = "FP32";

  public WireTensor {
    shape = List.copyOf(shape);
  }

  /** Its entry in a request, with {@code content} as the field that tells where the data is. */
  String json(String content) {
    var dims = shape.stream().map(String::valueOf).collect(Collectors.joining(",", "[", "]"));
    return "{\"name\":\"%s\",\"datatype\":\"%s\",\"shape\":%s,%s}"
        .formatted(name, datatype, dims, content);
  }

  /** The field {@code data}. */
  String jsonData() {
    var buffer = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
    var numbers = new StringJoiner(",", "\"data\":[", "]");
    while (buffer.hasRemaining()) {
      numbers.add(
          datatype.equals(FP32)
              ? Float.toString(buffer.getFloat())
              : Long.toString(buffer.getLong()));
    }
    return numbers.toString();
  }
}
