package dev.weft.stages.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorPool;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A model in memory that is run by the names of its tensors, one run at a time on one thread: for
 * tools that look into models and compare them. What serves frames is kind {@code onnx}.
 */
public final class OnnxRunner implements AutoCloseable {

  private final OnnxModel model;
  private final OrtTensors tensors;
  private final Signature signature;

  private OnnxRunner(OnnxModel model, OrtTensors tensors) {
    this.model = model;
    this.tensors = tensors;
    this.signature = new Signature(model.inputs(), model.outputs());
  }

  /**
   * Loads a model as stages load it: all optimizations, one thread.
   *
   * @param name for messages
   * @param pool lends the outputs of runs
   * @throws StageException with {@link ErrorCode#BAD_ARTIFACT} saying what is wrong with it
   */
  public static OnnxRunner load(String name, byte[] content, TensorPool pool) {
    var file = new ModelFile(Path.of(name), content.length, List.of());
    return new OnnxRunner(
        OnnxModel.load(file, content, OnnxModel.Tuning.DEFAULT), new OrtTensors(pool));
  }

  public Signature signature() {
    return signature;
  }

  /**
   * All outputs of one run, by name in the model's order; the caller owns them.
   *
   * @param inputs at least those the model takes; they stay the caller's
   * @throws StageException with {@link ErrorCode#INVALID_INPUT} if an input is missing, with {@link
   *     ErrorCode#STAGE_FAILED} if the runtime refuses or fails the run
   */
  public Map<String, Tensor> run(Map<String, Tensor> inputs) {
    var outputs = new LinkedHashMap<String, Tensor>();
    try {
      once(
          inputs,
          result -> {
            for (var spec : signature.outputs()) {
              var product = new Product(spec.name(), spec);
              var value =
                  OrtTensors.dense(result.get(spec.name()).orElseThrow(), product, model.file());
              outputs.put(spec.name(), tensors.copyOf(value, spec.datatype(), tensors.pool()));
            }
          });
      return outputs;
    } catch (RuntimeException e) {
      outputs.values().forEach(Tensor::close);
      throw e;
    }
  }

  /** Runs as {@link #run} and drops what comes out; for measuring. */
  public void drop(Map<String, Tensor> inputs) {
    once(inputs, _ -> {});
  }

  @Override
  public void close() {
    model.close();
  }

  /** Reads what a run gave before it is freed. */
  private interface Reading {
    void read(OrtSession.Result result) throws OrtException;
  }

  private void once(Map<String, Tensor> inputs, Reading reading) {
    var fed = new LinkedHashMap<String, OnnxTensor>();
    try {
      for (var spec : signature.inputs()) {
        fed.put(spec.name(), tensors.wrap(given(inputs, spec)));
      }
      try (var result = model.session().run(fed)) {
        reading.read(result);
      }
    } catch (OrtException e) {
      throw new StageException(
          ErrorCode.STAGE_FAILED,
          "model %s: %s".formatted(model.file().path(), String.valueOf(e.getMessage()).strip()),
          e);
    } finally {
      fed.values().forEach(OnnxTensor::close);
    }
  }

  private Tensor given(Map<String, Tensor> inputs, TensorSpec spec) {
    var tensor = inputs.get(spec.name());
    if (tensor == null) {
      throw new StageException(
          ErrorCode.INVALID_INPUT,
          "model %s: input '%s' missing (expected: %s; given: %s)"
              .formatted(model.file().path(), spec.name(), spec, Set.copyOf(inputs.keySet())));
    }
    return tensor;
  }
}
