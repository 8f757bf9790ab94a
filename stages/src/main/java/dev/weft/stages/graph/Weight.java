package dev.weft.stages.graph;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A constant tensor of a model.
 *
 * @param scope the graph it stands in, where what replaces it goes too
 */
public record Weight(TensorProto tensor, GraphScope scope) {

  public String name() {
    return tensor.getName();
  }

  public List<Long> dims() {
    return tensor.getDimsList();
  }

  public int rank() {
    return tensor.getDimsCount();
  }

  /** Size of an axis. */
  public int dim(int axis) {
    return Math.toIntExact(tensor.getDims(axis));
  }

  public long elements() {
    return tensor.getDimsList().stream().reduce(1L, Math::multiplyExact);
  }

  public boolean isFloat() {
    return tensor.getDataType() == DataType.FLOAT_VALUE;
  }

  /** Element type as ONNX spells it. */
  public String type() {
    var type = DataType.forNumber(tensor.getDataType());
    return type == null ? "of unknown type " + tensor.getDataType() : type.name();
  }

  /**
   * The elements, row-major.
   *
   * @param node that reads it, for messages
   * @throws StageException with {@link ErrorCode#BAD_ARTIFACT} if one is not finite, or if there
   *     are not as many as the shape says
   */
  public float[] finiteFloats(String node) {
    var values = floats(node);
    for (var i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw bad(node, "element %d is %s (expected: finite)".formatted(i, values[i]));
      }
    }
    return values;
  }

  private float[] floats(String node) {
    var count = Math.toIntExact(elements());
    var values = new float[count];
    var raw = tensor.getRawData();
    if (raw.size() == count * (long) Float.BYTES) {
      raw.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    } else if (raw.isEmpty() && tensor.getFloatDataCount() == count) {
      for (var i = 0; i < count; i++) {
        values[i] = tensor.getFloatData(i);
      }
    } else {
      throw bad(
          node,
          "%d bytes and %d numbers for shape %s (expected: %d numbers)"
              .formatted(raw.size(), tensor.getFloatDataCount(), dims(), count));
    }
    return values;
  }

  /** The elements of a constant of 64-bit integers, row-major; none of any other. */
  public List<Long> integers() {
    if (tensor.getDataType() != DataType.INT64_VALUE) {
      return List.of();
    }
    var numbers = new ArrayList<>(tensor.getInt64DataList());
    var raw = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    while (raw.remaining() >= Long.BYTES) {
      numbers.add(raw.getLong());
    }
    return numbers;
  }

  private StageException bad(String node, String problem) {
    return new StageException(
        ErrorCode.BAD_ARTIFACT,
        "model %s: node '%s': weight '%s': %s".formatted(scope.source(), node, name(), problem));
  }
}
