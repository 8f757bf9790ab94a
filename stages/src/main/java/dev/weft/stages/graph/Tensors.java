package dev.weft.stages.graph;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/** Spells constant tensors in protobuf, their elements as raw little-endian bytes. */
public final class Tensors {

  private Tensors() {}

  public static TensorProto floats(String name, float[] values, long... dims) {
    var content = buffer(values.length * Float.BYTES);
    content.asFloatBuffer().put(values);
    return tensor(name, DataType.FLOAT, content, dims);
  }

  /** IEEE 754 binary16, one short each. */
  public static TensorProto halves(String name, short[] bits, List<Long> dims) {
    var content = buffer(bits.length * Short.BYTES);
    content.asShortBuffer().put(bits);
    return tensor(name, DataType.FLOAT16, content, longs(dims));
  }

  public static TensorProto ints(String name, int[] values, long... dims) {
    var content = buffer(values.length * Integer.BYTES);
    content.asIntBuffer().put(values);
    return tensor(name, DataType.INT32, content, dims);
  }

  public static TensorProto signedBytes(String name, byte[] values, long... dims) {
    return tensor(name, DataType.INT8, ByteBuffer.wrap(values), dims);
  }

  public static TensorProto unsignedBytes(String name, byte[] values, long... dims) {
    return tensor(name, DataType.UINT8, ByteBuffer.wrap(values), dims);
  }

  public static TensorProto longs(String name, long... values) {
    var content = buffer(values.length * Long.BYTES);
    content.asLongBuffer().put(values);
    return tensor(name, DataType.INT64, content, values.length);
  }

  /** Sizes as an array. */
  public static long[] longs(List<Long> dims) {
    return dims.stream().mapToLong(Long::longValue).toArray();
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static TensorProto tensor(String name, DataType type, ByteBuffer content, long... dims) {
    var tensor = TensorProto.newBuilder().setName(name).setDataType(type.getNumber());
    Arrays.stream(dims).forEach(tensor::addDims);
    return tensor.setRawData(ByteString.copyFrom(content)).build();
  }
}
