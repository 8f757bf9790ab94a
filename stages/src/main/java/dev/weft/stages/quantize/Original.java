package dev.weft.stages.quantize;

import dev.weft.stages.onnx.OnnxRunner;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorPool;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The model before it was quantized, with what it gives on some inputs, to hold others against. */
public final class Original implements AutoCloseable {

  private final OnnxRunner runner;
  private final TensorPool pool;
  private final List<Map<String, Tensor>> inputs;
  private final List<Map<String, Tensor>> outputs = new ArrayList<>();

  private Original(OnnxRunner runner, TensorPool pool, List<Map<String, Tensor>> inputs) {
    this.runner = runner;
    this.pool = pool;
    this.inputs = List.copyOf(inputs);
  }

  /**
   * Loads a model and runs it.
   *
   * @param inputs stay the caller's, who keeps them until this is closed
   * @throws dev.weft.stages.spi.StageException if it cannot be loaded or run
   */
  public static Original of(
      String name, byte[] model, List<Map<String, Tensor>> inputs, TensorPool pool) {
    var original = new Original(OnnxRunner.load(name, model, pool), pool, inputs);
    try {
      for (var frame : inputs) {
        original.outputs.add(original.runner.run(frame));
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
    return inputs;
  }

  /** Loads another model, for the same inputs. */
  OnnxRunner load(byte[] model) {
    return OnnxRunner.load("quantized", model, pool);
  }

  /**
   * How far the FP32 outputs of another model are from this one's.
   *
   * @throws dev.weft.stages.spi.StageException if it cannot be run on the inputs
   */
  List<OutputError> errors(OnnxRunner other) {
    var sums = new LinkedHashMap<String, OutputError.Sum>();
    for (var spec : runner.signature().outputs()) {
      if (spec.datatype() == Datatype.FP32) {
        sums.put(spec.name(), new OutputError.Sum(spec.name()));
      }
    }
    for (var frame = 0; frame < inputs.size(); frame++) {
      var expected = outputs.get(frame);
      var actual = other.run(inputs.get(frame));
      try {
        sums.forEach(
            (name, sum) -> {
              if (expected.get(name) instanceof Tensor a && actual.get(name) instanceof Tensor b) {
                sum.add(a, b);
              }
            });
      } finally {
        actual.values().forEach(Tensor::close);
      }
    }
    return sums.values().stream().map(OutputError.Sum::error).toList();
  }

  /** The largest relative error of any output; infinite if one is broken. */
  double worst(byte[] model) {
    try (var other = load(model)) {
      return errors(other).stream()
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
