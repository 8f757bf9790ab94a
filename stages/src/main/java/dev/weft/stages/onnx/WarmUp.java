package dev.weft.stages.onnx;

import dev.weft.stages.spi.Dim;
import dev.weft.stages.spi.RunContext;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorAllocator;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * Runs of a model on zeros before its first frame, so that memory is there and caches are warm.
 *
 * @param stage name for messages
 * @param dims sizes for named dimensions; those not named here are 1
 */
record WarmUp(String stage, int runs, Map<String, Long> dims) {

  /**
   * @throws StageException with the code of what went wrong, if the model fails on zeros
   */
  void run(OnnxStage model, RunContext context) {
    for (var run = 0; run < runs; run++) {
      var inputs = new ArrayList<Tensor>();
      try {
        model.signature().inputs().forEach(spec -> inputs.add(zeros(spec, context.tensors())));
        model.run(context, inputs).forEach(Tensor::close);
      } catch (StageException e) {
        throw new StageException(
            e.code(),
            "stage '%s': cannot be warmed up with zeros of %s: %s (expected: option warmUpDims with"
                    .formatted(stage, inputs, e.getMessage())
                + " sizes the model takes, or warmUpRuns: 0)",
            e);
      } finally {
        inputs.forEach(Tensor::close);
      }
    }
  }

  private Tensor zeros(TensorSpec spec, TensorAllocator tensors) {
    var shape = Shape.of(spec.shape().stream().mapToLong(this::size).toArray());
    if (spec.datatype() == Datatype.BYTES) {
      List<byte[]> empty = Collections.nCopies(Math.toIntExact(shape.elements()), new byte[0]);
      return tensors.bytes(shape, empty);
    }
    var tensor = tensors.allocate(spec.datatype(), shape);
    tensor.segment().fill((byte) 0);
    return tensor;
  }

  private long size(Dim dim) {
    return switch (dim) {
      case Dim.Fixed(var size) -> size;
      case Dim.Named(var name) -> dims.getOrDefault(name, 1L);
      case Dim.Any _ -> 1;
    };
  }
}
