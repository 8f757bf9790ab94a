package dev.weft.fabric.earlier;

import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.Quality;
import dev.weft.fabric.pipeline.Timings;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorAllocator;
import dev.weft.stages.tensor.TensorMemoryException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/**
 * A copy of an answer on the heap, which holds no lease: what is forgotten is gone, and frames find
 * the memory for tensors as if nothing were kept.
 *
 * @param quality of the answer, without what was deferred
 */
record KeptAnswer(List<Output> outputs, Quality quality) {

  private record Output(String name, Datatype datatype, Shape shape, byte[] content) {}

  KeptAnswer {
    outputs = List.copyOf(outputs);
  }

  /** Whether it came of cheaper variants. */
  boolean isDegraded() {
    return !quality.degraded().isEmpty();
  }

  /** Of all its outputs together. */
  static long bytes(Answer.Completed answer) {
    return answer.outputs().values().stream().mapToLong(Tensor::byteSize).sum();
  }

  /** The answer keeps its tensors. */
  static KeptAnswer of(Answer.Completed answer) {
    var outputs = new ArrayList<Output>();
    answer
        .outputs()
        .forEach(
            (name, tensor) ->
                outputs.add(
                    new Output(
                        name,
                        tensor.datatype(),
                        tensor.shape(),
                        tensor.segment().toArray(ValueLayout.JAVA_BYTE))));
    var quality = answer.quality();
    return new KeptAnswer(
        outputs,
        new Quality(quality.skipped(), quality.degraded(), quality.unpaired(), Optional.empty()));
  }

  /**
   * The answer once more, marked as stale.
   *
   * @param age of it
   * @param totalNanos that its caller waited for it
   * @throws TensorMemoryException if there is no memory for it; nothing is on lease then
   */
  Answer.Completed again(TensorAllocator tensors, Duration age, long totalNanos) {
    var made = new LinkedHashMap<String, Tensor>();
    try {
      for (var output : outputs) {
        made.put(output.name(), tensor(output, tensors));
      }
    } catch (TensorMemoryException e) {
      made.values().forEach(Tensor::close);
      throw e;
    }
    return new Answer.Completed(made, quality.stale(age), Timings.elsewhere(totalNanos));
  }

  private static Tensor tensor(Output output, TensorAllocator tensors) {
    var tensor =
        output.datatype().isFixedSize()
            ? tensors.allocate(output.datatype(), output.shape())
            : tensors.allocateBytes(output.shape(), output.content().length);
    tensor.segment().copyFrom(MemorySegment.ofArray(output.content()));
    return tensor;
  }
}
