package dev.weft.stages.calibration;

import dev.weft.stages.graph.ModelGraph;
import dev.weft.stages.onnx.OnnxRunner;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorPool;
import java.util.Map;

/** Runs a model on samples and shows tensors inside it to observers. */
public final class Watch {

  private Watch() {}

  /**
   * @param observers by the name of a tensor of the outermost graph, all FP32
   * @throws dev.weft.stages.spi.StageException if the model cannot be loaded or run so
   */
  public static void run(
      ModelGraph graph,
      Samples samples,
      Map<String, ? extends Observer> observers,
      TensorPool pool) {
    var content = graph.withOutputs(observers.keySet()).toByteArray();
    try (var runner = OnnxRunner.load(graph.source(), content, pool)) {
      for (var frame : samples.frames()) {
        show(runner.run(frame), observers);
      }
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
