package dev.weft.stages.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

/**
 * Takes weights that stand in other files into a model.
 *
 * @param folder of the model; {@link ModelFile#inspect} has made sure that no file is outside it
 */
record ExternalWeights(Path folder) {

  /**
   * @throws IOException if a file is shorter than the model says
   */
  ModelProto embed(ModelProto model) throws IOException {
    return model.toBuilder().setGraph(embed(model.getGraph())).build();
  }

  private GraphProto embed(GraphProto graph) throws IOException {
    var whole = graph.toBuilder();
    for (var i = 0; i < graph.getInitializerCount(); i++) {
      whole.setInitializer(i, embed(graph.getInitializer(i)));
    }
    for (var node : whole.getNodeBuilderList()) {
      for (var attribute : node.getAttributeBuilderList()) {
        embed(attribute);
      }
    }
    return whole.build();
  }

  private void embed(AttributeProto.Builder attribute) throws IOException {
    if (attribute.hasT()) {
      attribute.setT(embed(attribute.getT()));
    }
    if (attribute.hasG()) {
      attribute.setG(embed(attribute.getG()));
    }
    for (var i = 0; i < attribute.getGraphsCount(); i++) {
      attribute.setGraphs(i, embed(attribute.getGraphs(i)));
    }
  }

  private TensorProto embed(TensorProto tensor) throws IOException {
    if (tensor.getDataLocation() != TensorProto.DataLocation.EXTERNAL) {
      return tensor;
    }
    var entries =
        tensor.getExternalDataList().stream()
            .collect(
                Collectors.toMap(
                    StringStringEntryProto::getKey, StringStringEntryProto::getValue, (a, _) -> a));
    var file = folder.resolve(entries.getOrDefault("location", ""));
    var offset = number(tensor, entries.getOrDefault("offset", "0"));
    var rest = Math.max(0, Files.size(file) - offset);
    var length = number(tensor, entries.getOrDefault("length", Long.toString(rest)));
    if (length > rest) {
      throw new EOFException(
          "weight '%s': %d bytes at %d of '%s' (expected: <= %d, which it has)"
              .formatted(tensor.getName(), length, offset, file, rest));
    }
    return tensor.toBuilder()
        .clearExternalData()
        .clearDataLocation()
        .setRawData(read(file, offset, Math.toIntExact(length)))
        .build();
  }

  private static long number(TensorProto tensor, String text) throws IOException {
    try {
      return Long.parseUnsignedLong(text);
    } catch (NumberFormatException e) {
      throw new IOException(
          "weight '%s': '%s' (expected: a place in a file)".formatted(tensor.getName(), text), e);
    }
  }

  private static ByteString read(Path file, long offset, int length) throws IOException {
    try (var channel = Files.newByteChannel(file)) {
      var content = ByteBuffer.allocate(length);
      Channels.newInputStream(channel.position(offset)).readNBytes(content.array(), 0, length);
      return ByteString.copyFrom(content);
    }
  }
}
