package dev.weft.stages.quantize;

import dev.weft.stages.calibration.Sample;
import dev.weft.stages.onnx.OnnxRunner;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorPool;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The model before it was quantized, with what it gives on some inputs, to hold others against. */
public final class Original implements AutoCloseable {

  private final OnnxRunner runner;
  private final TensorPool pool;
  private final List<Sample> samples;
  private final List<Map<String, Tensor>> outputs = new ArrayList<>();

  private Original(OnnxRunner runner, TensorPool pool, List<Sample> samples) {
    this.runner = runner;
    this.pool = pool;
    this.samples = List.copyOf(samples);
  }

  /**
   * Loads a model and runs it.
   *
   * @param samples stay the caller's, who keeps them until this is closed
   * @throws StageException if it cannot be loaded, or, with the place of the sample, run
   */
  public static Original of(String name, byte[] model, List<Sample> samples, TensorPool pool) {
    var original = new Original(OnnxRunner.load(name, model, pool), pool, samples);
    try {
      for (var sample : samples) {
        original.outputs.add(run(original.runner, sample));
      }
      return original;
    } catch (RuntimeException e) {
      original.close();
      throw e;
    }
  }

  OnnxRunner runner() {
    return runner;
  }

  List<Map<String, Tensor>> inputs() {
    return samples.stream().map(Sample::inputs).toList();
  }

  private static Map<String, Tensor> run(OnnxRunner runner, Sample sample) {
    try {
      return runner.run(sample.inputs());
    } catch (StageException e) {
      throw sample.failed(e);
    }
  }

  /** Loads another model, for the same inputs. */
  OnnxRunner load(byte[] model) {
    return OnnxRunner.load("quantized", model, pool);
  }

  /**
   * How far the FP32 outputs of another model are from this one's; empty if this has none.
   *
   * @throws StageException with the place of the sample if it cannot be run on one
   */
  List<OutputError> errors(OnnxRunner other) {
    var sums = new LinkedHashMap<String, OutputError.Sum>();
    for (var spec : runner.signature().outputs()) {
      if (spec.datatype() == Datatype.FP32) {
        sums.put(spec.name(), new OutputError.Sum(spec.name()));
      }
    }
    for (var frame = 0; frame < samples.size(); frame++) {
      var expected = outputs.get(frame);
      var actual = run(other, samples.get(frame));
      try {
        sums.forEach(
            (name, sum) -> {
              if (expected.get(name) instanceof Tensor original) {
                sum.add(original, Optional.ofNullable(actual.get(name)));
              }
            });
      } finally {
        actual.values().forEach(Tensor::close);
      }
    }
    return sums.values().stream().map(OutputError.Sum::error).toList();
  }

  /**
   * The largest relative error of any output; infinite if one is broken.
   *
   * @throws StageException with {@link ErrorCode#FAILED_PRECONDITION} if no output can be compared
   */
  double worst(byte[] model) {
    try (var other = load(model)) {
      var errors = errors(other);
      if (errors.stream().noneMatch(OutputError::isKnown)) {
        throw new StageException(
            ErrorCode.FAILED_PRECONDITION,
            "no output to compare (expected: an FP32 output that holds finite numbers)");
      }
      return errors.stream()
          .mapToDouble(e -> e.broken() > 0 ? Double.POSITIVE_INFINITY : e.relativeL2())
          .max()
          .orElse(0);
    }
  }

  @Override
  public void close() {
    runner.close();
    outputs.forEach(each -> each.values().forEach(Tensor::close));
    outputs.clear();
  }
}
