package dev.weft.stages.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.ExecutionMode;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import ai.onnxruntime.TensorInfo;
import dev.weft.stages.spi.Dim;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.spi.TensorSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** A model loaded into an ONNX Runtime session, with the tensors it says it takes and gives. */
final class OnnxModel implements AutoCloseable {

  /**
   * How a session runs.
   *
   * @param arena whether memory for intermediate tensors is kept between runs
   * @param memoryPatterns whether the layout of intermediate tensors is planned once for every
   *     shape of inputs, and kept for good
   */
  record Tuning(
      int intraOpThreads,
      int interOpThreads,
      OptLevel optimization,
      boolean arena,
      boolean memoryPatterns) {

    static final Tuning DEFAULT = new Tuning(1, 1, OptLevel.ALL_OPT, true, false);
  }

  /** PaddlePaddle and others write {@code ?} and the like where they know no name. */
  private static final Pattern DIM_NAME = Pattern.compile("[A-Za-z_].*");

  private static final Pattern UNKNOWN_OPERATOR =
      Pattern.compile("not a registered function/op|No Op registered|No opset import for domain");

  private final ModelFile file;
  private final OrtSession session;
  private final List<TensorSpec> inputs;
  private final List<TensorSpec> outputs;

  private OnnxModel(
      ModelFile file, OrtSession session, List<TensorSpec> inputs, List<TensorSpec> outputs) {
    this.file = file;
    this.session = session;
    this.inputs = inputs;
    this.outputs = outputs;
  }

  /**
   * @throws StageException with {@link ErrorCode#BAD_ARTIFACT} saying what is wrong with the file
   */
  static OnnxModel load(ModelFile file, Tuning tuning) {
    return load(
        file,
        tuning,
        options -> OrtAccess.ENVIRONMENT.createSession(file.path().toString(), options));
  }

  /**
   * Loads a model that is in memory.
   *
   * @param file for messages
   * @throws StageException with {@link ErrorCode#BAD_ARTIFACT} saying what is wrong with it
   */
  static OnnxModel load(ModelFile file, byte[] content, Tuning tuning) {
    return load(file, tuning, options -> OrtAccess.ENVIRONMENT.createSession(content, options));
  }

  /**
   * Writes the model as the runtime's basic optimizations leave it: constants folded and taken in
   * as initializers, batch normalizations folded into convolutions, functions inlined.
   *
   * @throws StageException with {@link ErrorCode#BAD_ARTIFACT} saying what is wrong with the file
   */
  static void simplify(ModelFile file, Path target) {
    var tuning = new Tuning(1, 1, OptLevel.BASIC_OPT, false, false);
    load(
            file,
            tuning,
            options -> {
              options.setOptimizedModelFilePath(target.toString());
              return OrtAccess.ENVIRONMENT.createSession(file.path().toString(), options);
            })
        .close();
  }

  /** Makes a session of options. */
  private interface Opening {
    OrtSession open(SessionOptions options) throws OrtException;
  }

  private static OnnxModel load(ModelFile file, Tuning tuning, Opening opening) {
    OrtSession session;
    try (var options = new SessionOptions()) {
      configure(options, tuning);
      session = opening.open(options);
    } catch (OrtException e) {
      throw new StageException(ErrorCode.BAD_ARTIFACT, explain(file, e), e);
    }
    try {
      return new OnnxModel(
          file,
          session,
          specs(file, "input", session.getInputInfo().values()),
          specs(file, "output", session.getOutputInfo().values()));
    } catch (OrtException e) {
      closeQuietly(session);
      throw new StageException(ErrorCode.BAD_ARTIFACT, explain(file, e), e);
    } catch (RuntimeException e) {
      closeQuietly(session);
      throw e;
    }
  }

  ModelFile file() {
    return file;
  }

  OrtSession session() {
    return session;
  }

  /** Inputs that must be fed, in the model's order; a dimension unknown to it is -1. */
  List<TensorSpec> inputs() {
    return inputs;
  }

  List<TensorSpec> outputs() {
    return outputs;
  }

  @Override
  public void close() {
    closeQuietly(session);
  }

  private static void configure(SessionOptions options, Tuning tuning) throws OrtException {
    options.setExecutionMode(
        tuning.interOpThreads() > 1 ? ExecutionMode.PARALLEL : ExecutionMode.SEQUENTIAL);
    options.setIntraOpNumThreads(tuning.intraOpThreads());
    options.setInterOpNumThreads(tuning.interOpThreads());
    options.setOptimizationLevel(tuning.optimization());
    options.setCPUArenaAllocator(tuning.arena());
    options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
    options.setMemoryPatternOptimization(tuning.memoryPatterns());
    options.addConfigEntry("session.intra_op.allow_spinning", "0");
    options.addConfigEntry("session.inter_op.allow_spinning", "0");
  }

  private static String explain(ModelFile file, OrtException e) {
    var said = String.valueOf(e.getMessage()).strip();
    if (UNKNOWN_OPERATOR.matcher(said).find()) {
      return "model %s: asks for an operator this ONNX Runtime (%s) does not have: %s"
          .formatted(file.path(), OrtAccess.ENVIRONMENT.getVersion(), said);
    }
    return switch (e.getCode()) {
      case ORT_INVALID_PROTOBUF, ORT_NO_MODEL ->
          "model %s: truncated or not an ONNX model: %s".formatted(file.path(), said);
      case ORT_NOT_IMPLEMENTED ->
          "model %s: has an operator without a CPU kernel: %s".formatted(file.path(), said);
      default -> "model %s: not loadable: %s".formatted(file.path(), said);
    };
  }

  private static List<TensorSpec> specs(ModelFile file, String side, Collection<NodeInfo> nodes) {
    var specs = new ArrayList<TensorSpec>();
    for (var node : nodes) {
      specs.add(
          spec(node)
              .orElseThrow(
                  () ->
                      new StageException(
                          ErrorCode.BAD_ARTIFACT,
                          "model %s: %s '%s' is %s (expected: a dense tensor of a datatype of the"
                                  .formatted(file.path(), side, node.getName(), node.getInfo())
                              + " Open Inference Protocol)")));
    }
    return List.copyOf(specs);
  }

  private static Optional<TensorSpec> spec(NodeInfo node) {
    if (!(node.getInfo() instanceof TensorInfo info)) {
      return Optional.empty();
    }
    var sizes = info.getShape();
    var names = info.getDimensionNames();
    var dims = new ArrayList<Dim>();
    for (var axis = 0; axis < sizes.length; axis++) {
      if (sizes[axis] >= 0) {
        dims.add(Dim.fixed(sizes[axis]));
      } else if (DIM_NAME.matcher(names[axis]).matches()) {
        dims.add(Dim.named(names[axis]));
      } else {
        dims.add(Dim.any());
      }
    }
    return OnnxTypes.datatype(info.onnxType)
        .filter(OrtAccess::canWrap)
        .map(
            datatype ->
                new TensorSpec(node.getName(), datatype, dims, Optional.empty(), Optional.empty()));
  }

  private static void closeQuietly(OrtSession session) {
    try {
      session.close();
    } catch (OrtException e) {
      throw new StageException(ErrorCode.INTERNAL, "closing an ONNX Runtime session failed", e);
    }
  }
}
