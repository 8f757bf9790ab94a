package dev.weft.stages.calibration;

import dev.weft.stages.graph.ModelGraph;
import dev.weft.stages.onnx.OnnxRunner;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorPool;
import java.util.Map;

/** Runs a model on samples and shows tensors inside it to observers. */
public final class Watch {

  private Watch() {}

  /**
   * @param observers by the name of a tensor of the outermost graph, all FP32
   * @throws StageException if the model cannot be loaded; with the place of the sample, if an input
   *     of it is not finite, the model cannot be run on it, or an observer refuses what it sees
   */
  public static void run(
      ModelGraph graph,
      Samples samples,
      Map<String, ? extends Observer> observers,
      TensorPool pool) {
    var content = graph.withOutputs(observers.keySet()).toByteArray();
    try (var runner = OnnxRunner.load(graph.source(), content, pool)) {
      for (var sample : samples.runs()) {
        var flaw = sample.flaw();
        if (flaw.isPresent()) {
          throw sample.failed(new StageException(ErrorCode.FAILED_PRECONDITION, flaw.get()));
        }
        run(runner, sample, observers);
      }
    }
  }

  private static void run(
      OnnxRunner runner, Sample sample, Map<String, ? extends Observer> observers) {
    try {
      show(runner.run(sample.inputs()), observers);
    } catch (StageException e) {
      throw sample.failed(e);
    } catch (IllegalArgumentException e) {
      throw sample.failed(
          new StageException(ErrorCode.FAILED_PRECONDITION, String.valueOf(e.getMessage()), e));
    }
  }

  private static void show(Map<String, Tensor> outputs, Map<String, ? extends Observer> observers) {
    try {
      observers.forEach(
          (name, observer) -> {
            var tensor = outputs.get(name);
            if (tensor != null) {
              observer.observe(tensor.toFloats(), tensor.shape());
            }
          });
    } finally {
      outputs.values().forEach(Tensor::close);
    }
  }
}
