package dev.weft.stages.testkit;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import dev.weft.stages.spi.Dim;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Spells ONNX graphs in protobuf: IR version 8, operator set 17, as every 1.12+ runtime reads. */
final class Graphs {

  private static final int IR_VERSION = 8;
  private static final int OPSET = 17;

  private Graphs() {}

  static byte[] model(
      List<TensorSpec> inputs,
      List<TensorSpec> outputs,
      List<TensorProto> weights,
      List<NodeProto> nodes) {
    var graph = GraphProto.newBuilder().setName("tiny").addAllNode(nodes);
    graph.addAllInitializer(weights);
    inputs.forEach(spec -> graph.addInput(value(spec)));
    outputs.forEach(spec -> graph.addOutput(value(spec)));
    return ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .setProducerName("weft-testkit")
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
        .setGraph(graph)
        .build()
        .toByteArray();
  }

  static NodeProto node(String operator, List<String> inputs, List<String> outputs) {
    return NodeProto.newBuilder()
        .setOpType(operator)
        .setName(operator + "_" + outputs.getFirst())
        .addAllInput(inputs)
        .addAllOutput(outputs)
        .build();
  }

  static NodeProto withInt(NodeProto node, String name, long value) {
    var attribute =
        AttributeProto.newBuilder()
            .setName(name)
            .setType(AttributeProto.AttributeType.INT)
            .setI(value);
    return node.toBuilder().addAttribute(attribute).build();
  }

  static TensorProto floats(String name, float[] values, long... dims) {
    var content = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    content.asFloatBuffer().put(values);
    return tensor(name, Datatype.FP32, dims).setRawData(ByteString.copyFrom(content)).build();
  }

  static TensorProto externalFloats(String name, String location, long... dims) {
    return tensor(name, Datatype.FP32, dims)
        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
        .addExternalData(StringStringEntryProto.newBuilder().setKey("location").setValue(location))
        .build();
  }

  private static TensorProto.Builder tensor(String name, Datatype datatype, long... dims) {
    var tensor = TensorProto.newBuilder().setName(name).setDataType(elementType(datatype));
    for (var dim : dims) {
      tensor.addDims(dim);
    }
    return tensor;
  }

  private static ValueInfoProto value(TensorSpec spec) {
    var shape = TensorShapeProto.newBuilder();
    for (var dim : spec.shape()) {
      shape.addDim(
          switch (dim) {
            case Dim.Fixed(var size) -> TensorShapeProto.Dimension.newBuilder().setDimValue(size);
            case Dim.Named(var name) -> TensorShapeProto.Dimension.newBuilder().setDimParam(name);
            case Dim.Any _ -> TensorShapeProto.Dimension.newBuilder();
          });
    }
    var type =
        TypeProto.Tensor.newBuilder().setElemType(elementType(spec.datatype())).setShape(shape);
    return ValueInfoProto.newBuilder()
        .setName(spec.name())
        .setType(TypeProto.newBuilder().setTensorType(type))
        .build();
  }

  private static int elementType(Datatype datatype) {
    return switch (datatype) {
      case BOOL -> TensorProto.DataType.BOOL_VALUE;
      case UINT8 -> TensorProto.DataType.UINT8_VALUE;
      case UINT16 -> TensorProto.DataType.UINT16_VALUE;
      case UINT32 -> TensorProto.DataType.UINT32_VALUE;
      case UINT64 -> TensorProto.DataType.UINT64_VALUE;
      case INT8 -> TensorProto.DataType.INT8_VALUE;
      case INT16 -> TensorProto.DataType.INT16_VALUE;
      case INT32 -> TensorProto.DataType.INT32_VALUE;
      case INT64 -> TensorProto.DataType.INT64_VALUE;
      case FP16 -> TensorProto.DataType.FLOAT16_VALUE;
      case BF16 -> TensorProto.DataType.BFLOAT16_VALUE;
      case FP32 -> TensorProto.DataType.FLOAT_VALUE;
      case FP64 -> TensorProto.DataType.DOUBLE_VALUE;
      case BYTES -> TensorProto.DataType.STRING_VALUE;
    };
  }
}
