package dev.weft.fabric.stage;

import dev.weft.fabric.stage.StageRunner.Failed;
import dev.weft.fabric.stage.StageRunner.Outcome;
import dev.weft.fabric.stage.StageRunner.Ran;
import dev.weft.stages.spi.Cancellation;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.RunContext;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorAllocator;
import dev.weft.stages.tensor.TensorMemoryException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Runs several frames in one run of a stage: puts their inputs below each other along the first
 * axis, runs once, and gives each frame the rows that are its own, without a copy.
 *
 * <p>A run that fails, or that answers with another number of rows, is done again frame by frame,
 * so that a frame which cannot be worked on costs only itself.
 */
final class BatchRunner {

  private final StageRunner single;

  BatchRunner(StageRunner single) {
    this.single = single;
  }

  /** Whether tensors of this signature can be put together and cut apart by rows. */
  static boolean canBatch(Signature signature) {
    return Stream.concat(signature.inputs().stream(), signature.outputs().stream())
        .allMatch(BatchRunner::hasRows);
  }

  private static boolean hasRows(TensorSpec spec) {
    return spec.rank() > 0 && spec.datatype().isFixedSize();
  }

  /**
   * One outcome for each frame, in the same order.
   *
   * @param inputs of each frame, of equal shapes but for the first dimension
   */
  List<Outcome> run(List<? extends RunContext> frames, List<List<Tensor>> inputs) {
    var together = together(frames, inputs);
    if (together.isPresent()) {
      return together.get();
    }
    var outcomes = new ArrayList<Outcome>();
    for (var i = 0; i < frames.size(); i++) {
      outcomes.add(
          frames.get(i).cancellation().isCancelled()
              ? new Failed(ErrorCode.CANCELLED, "cancelled before the stage ran")
              : single.run(frames.get(i), inputs.get(i)));
    }
    return outcomes;
  }

  private Optional<List<Outcome>> together(
      List<? extends RunContext> frames, List<List<Tensor>> inputs) {
    List<Tensor> gathered;
    try {
      gathered = gathered(frames.getFirst().tensors(), inputs);
    } catch (TensorMemoryException e) {
      return Optional.empty();
    }
    try {
      var all = new Together(frames);
      return switch (single.run(all, gathered)) {
        case Ran(var outputs) -> cut(outputs, inputs);
        case Failed failed when all.isCancelled() ->
            Optional.of(frames.stream().<Outcome>map(_ -> failed).toList());
        case Failed _ -> Optional.empty();
      };
    } finally {
      gathered.forEach(Tensor::close);
    }
  }

  private static List<Tensor> gathered(TensorAllocator tensors, List<List<Tensor>> inputs) {
    var gathered = new ArrayList<Tensor>();
    try {
      for (var at = 0; at < inputs.getFirst().size(); at++) {
        gathered.add(gathered(tensors, inputs, at));
      }
      return gathered;
    } catch (RuntimeException e) {
      gathered.forEach(Tensor::close);
      throw e;
    }
  }

  private static Tensor gathered(TensorAllocator tensors, List<List<Tensor>> inputs, int at) {
    var model = inputs.getFirst().get(at);
    var shape = model.shape().withFirst(rows(inputs, at));
    var all = tensors.allocate(model.datatype(), shape);
    var content = all.segment();
    var offset = 0L;
    for (var frame : inputs) {
      var part = frame.get(at).segment();
      content.asSlice(offset, part.byteSize()).copyFrom(part);
      offset += part.byteSize();
    }
    return all;
  }

  /** The rows of each frame, or nothing if their number is not that of the inputs. */
  private static Optional<List<Outcome>> cut(List<Tensor> outputs, List<List<Tensor>> inputs) {
    var rows = rows(inputs, 0);
    try {
      for (var output : outputs) {
        if (output.shape().rank() == 0 || output.shape().dim(0) != rows) {
          return Optional.empty();
        }
      }
      var outcomes = new ArrayList<Outcome>();
      var from = 0L;
      for (var frame : inputs) {
        var count = frame.getFirst().shape().dim(0);
        var own = new ArrayList<Tensor>();
        for (var output : outputs) {
          own.add(output.rows(from, count));
        }
        outcomes.add(new Ran(own));
        from += count;
      }
      return Optional.of(outcomes);
    } finally {
      outputs.forEach(Tensor::close);
    }
  }

  private static long rows(List<List<Tensor>> inputs, int at) {
    var rows = 0L;
    for (var frame : inputs) {
      rows += frame.get(at).shape().dim(0);
    }
    return rows;
  }

  /** Several frames as one run sees them: cancelled when all are. */
  private record Together(List<? extends RunContext> frames) implements RunContext, Cancellation {

    @Override
    public TensorAllocator tensors() {
      return frames.getFirst().tensors();
    }

    @Override
    public Cancellation cancellation() {
      return this;
    }

    @Override
    public Instant admittedAt() {
      return frames.getFirst().admittedAt();
    }

    @Override
    public long seed() {
      return frames.getFirst().seed();
    }

    @Override
    public boolean isCancelled() {
      return frames.stream().allMatch(frame -> frame.cancellation().isCancelled());
    }

    @Override
    public Registration onCancel(Runnable action) {
      var left = new AtomicInteger(frames.size());
      var registrations =
          frames.stream()
              .map(
                  frame ->
                      frame
                          .cancellation()
                          .onCancel(
                              () -> {
                                if (left.decrementAndGet() == 0) {
                                  action.run();
                                }
                              }))
              .toList();
      return () -> registrations.forEach(Registration::close);
    }
  }
}
