package dev.weft.app.running;

import dev.weft.app.failure.WrongUse;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.stages.input.InputFile;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorAllocator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The tensors a person gave, read once; each frame gets leases of its own. */
public final class Inputs implements AutoCloseable {

  private final Map<String, Tensor> tensors;

  private Inputs(Map<String, Tensor> tensors) {
    this.tensors = tensors;
  }

  /**
   * Reads each value as its input's declaration asks.
   *
   * @param values path of a file, or {@code text:...}, by input
   * @throws WrongUse if an input is missing or unknown, with all that the pipeline takes
   * @throws dev.weft.stages.spi.StageException if a file does not hold what is asked for
   */
  public static Inputs read(
      PipelineManifest pipeline, Map<String, String> values, TensorAllocator allocator) {
    requireFit(pipeline, values.keySet());
    var inputs = new Inputs(new LinkedHashMap<>());
    try {
      for (var input : pipeline.inputs()) {
        var name = input.spec().name();
        var value = values.get(name);
        if (value != null) {
          inputs.tensors.put(name, InputFile.readValue(value, input.spec(), allocator));
        }
      }
      return inputs;
    } catch (RuntimeException e) {
      inputs.close();
      throw e;
    }
  }

  /**
   * Holds the names given against those the pipeline has.
   *
   * @throws WrongUse if one is missing or unknown, with all that the pipeline takes
   */
  public static void requireFit(PipelineManifest pipeline, Set<String> given) {
    for (var name : given) {
      if (pipeline.inputs().stream().noneMatch(input -> input.spec().name().equals(name))) {
        throw mistake("input '%s': unknown".formatted(name), pipeline);
      }
    }
    for (var input : pipeline.inputs()) {
      var name = input.spec().name();
      if (input.required() && !given.contains(name)) {
        throw mistake("input '%s': missing".formatted(name), pipeline);
      }
    }
    if (given.isEmpty() && !pipeline.inputs().isEmpty()) {
      throw mistake("no input given", pipeline);
    }
  }

  private static WrongUse mistake(String problem, PipelineManifest pipeline) {
    return new WrongUse(
        "%s; give each as --input NAME=FILE or NAME=text:WORDS; pipeline '%s' takes:%n  %s"
            .formatted(
                problem,
                pipeline.name(),
                String.join("%n  ".formatted(), Selection.wanted(pipeline))));
  }

  /** The tensors with a lease more each, to be given away. */
  public Map<String, Tensor> lease() {
    tensors.values().forEach(Tensor::retain);
    return tensors;
  }

  @Override
  public void close() {
    tensors.values().forEach(Tensor::close);
    tensors.clear();
  }
}
