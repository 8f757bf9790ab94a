package dev.weft.stages.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TrainingInfoProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * An ONNX file looked through before ONNX Runtime sees it.
 *
 * <p>The protobuf is walked as a stream, weights are skipped, so a model of 100 MB costs a read of
 * its file and no memory. Every tensor that keeps its data in another file, in whatever subgraph or
 * function, must name a file inside the model's own folder.
 *
 * @param bytes size of the model file and of the files its weights are in
 * @param weights other files its weights are in, in the order of their first mention
 */
record ModelFile(Path path, long bytes, List<Path> weights) {

  private static final int DEPTH_MAX = 64;

  ModelFile {
    weights = List.copyOf(weights);
  }

  /** The messages of {@code onnx-ml.proto} through which a tensor can be reached. */
  private enum Message {
    MODEL,
    TRAINING,
    FUNCTION,
    GRAPH,
    NODE,
    ATTRIBUTE,
    SPARSE_TENSOR,
    TENSOR,
    EXTERNAL_ENTRY,
    OTHER;

    Message child(int field) {
      return switch (this) {
        case MODEL ->
            switch (field) {
              case ModelProto.GRAPH_FIELD_NUMBER -> GRAPH;
              case ModelProto.TRAINING_INFO_FIELD_NUMBER -> TRAINING;
              case ModelProto.FUNCTIONS_FIELD_NUMBER -> FUNCTION;
              default -> OTHER;
            };
        case TRAINING ->
            switch (field) {
              case TrainingInfoProto.INITIALIZATION_FIELD_NUMBER,
                  TrainingInfoProto.ALGORITHM_FIELD_NUMBER ->
                  GRAPH;
              default -> OTHER;
            };
        case FUNCTION ->
            switch (field) {
              case FunctionProto.NODE_FIELD_NUMBER -> NODE;
              case FunctionProto.ATTRIBUTE_PROTO_FIELD_NUMBER -> ATTRIBUTE;
              default -> OTHER;
            };
        case GRAPH ->
            switch (field) {
              case GraphProto.NODE_FIELD_NUMBER -> NODE;
              case GraphProto.INITIALIZER_FIELD_NUMBER -> TENSOR;
              case GraphProto.SPARSE_INITIALIZER_FIELD_NUMBER -> SPARSE_TENSOR;
              default -> OTHER;
            };
        case NODE -> field == NodeProto.ATTRIBUTE_FIELD_NUMBER ? ATTRIBUTE : OTHER;
        case ATTRIBUTE ->
            switch (field) {
              case AttributeProto.T_FIELD_NUMBER, AttributeProto.TENSORS_FIELD_NUMBER -> TENSOR;
              case AttributeProto.G_FIELD_NUMBER, AttributeProto.GRAPHS_FIELD_NUMBER -> GRAPH;
              case AttributeProto.SPARSE_TENSOR_FIELD_NUMBER,
                  AttributeProto.SPARSE_TENSORS_FIELD_NUMBER ->
                  SPARSE_TENSOR;
              default -> OTHER;
            };
        case SPARSE_TENSOR ->
            switch (field) {
              case SparseTensorProto.VALUES_FIELD_NUMBER, SparseTensorProto.INDICES_FIELD_NUMBER ->
                  TENSOR;
              default -> OTHER;
            };
        case TENSOR -> field == TensorProto.EXTERNAL_DATA_FIELD_NUMBER ? EXTERNAL_ENTRY : OTHER;
        case EXTERNAL_ENTRY, OTHER -> OTHER;
      };
    }
  }

  /**
   * @throws StageException with {@link ErrorCode#BAD_ARTIFACT} if the file is missing, is no ONNX
   *     model, is cut short, or keeps weights outside its folder
   */
  static ModelFile inspect(Path path) {
    if (!Files.isRegularFile(path)) {
      throw bad(path, "no such file (expected: an ONNX model)");
    }
    try (var content = Files.newInputStream(path)) {
      var walk = new Walk();
      walk.message(CodedInputStream.newInstance(content, 1 << 16), Message.MODEL, 0);
      if (!walk.sawGraph) {
        throw bad(path, "no graph in it (expected: an ONNX model)");
      }
      var bytes = Files.size(path);
      var weights = new ArrayList<Path>();
      for (var location : walk.locations) {
        var file = weights(path, location);
        weights.add(file);
        bytes += Files.size(file);
      }
      return new ModelFile(path, bytes, weights);
    } catch (IOException e) {
      throw new StageException(
          ErrorCode.BAD_ARTIFACT,
          "model %s: truncated or not an ONNX model: %s".formatted(path, e.getMessage()),
          e);
    }
  }

  private static Path weights(Path model, String location) throws IOException {
    var absolute = model.toAbsolutePath().normalize();
    var folder = absolute.getParent();
    if (folder == null || location.isEmpty() || location.indexOf('\0') >= 0) {
      throw outside(model, location);
    }
    var named = folder.resolve(location).normalize();
    if (Path.of(location).isAbsolute() || location.contains("\\") || !named.startsWith(folder)) {
      throw outside(model, location);
    }
    if (!Files.isRegularFile(named)) {
      throw bad(model, "weights in '%s': no such file (expected: beside it)".formatted(location));
    }
    if (!named.toRealPath().startsWith(folder.toRealPath())) {
      throw outside(model, location);
    }
    return named;
  }

  private static StageException outside(Path model, String location) {
    return bad(model, "weights in '%s' (expected: a file in its own folder)".formatted(location));
  }

  private static StageException bad(Path model, String problem) {
    return new StageException(ErrorCode.BAD_ARTIFACT, "model %s: %s".formatted(model, problem));
  }

  /** One pass over a file. */
  private static final class Walk {

    private final Set<String> locations = new LinkedHashSet<>();
    private boolean sawGraph;

    private void message(CodedInputStream in, Message message, int depth) throws IOException {
      if (depth > DEPTH_MAX) {
        throw new IOException("nested %d deep (expected: <= %d)".formatted(depth, DEPTH_MAX));
      }
      var key = "";
      var value = "";
      for (var tag = in.readTag(); tag != 0; tag = in.readTag()) {
        var field = WireFormat.getTagFieldNumber(tag);
        var nested = WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
        var child = nested ? message.child(field) : Message.OTHER;
        if (child != Message.OTHER) {
          sawGraph |= child == Message.GRAPH;
          var limit = in.pushLimit(in.readRawVarint32());
          message(in, child, depth + 1);
          in.checkLastTagWas(0);
          in.popLimit(limit);
        } else if (nested && message == Message.EXTERNAL_ENTRY) {
          if (field == StringStringEntryProto.KEY_FIELD_NUMBER) {
            key = in.readString();
          } else if (field == StringStringEntryProto.VALUE_FIELD_NUMBER) {
            value = in.readString();
          } else {
            in.skipField(tag);
          }
        } else if (!in.skipField(tag)) {
          throw new IOException("a group ends where none began");
        }
      }
      if (key.equals("location")) {
        locations.add(value);
      }
    }
  }
}
