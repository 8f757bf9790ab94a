package dev.weft.stages.audio;

import dev.weft.stages.spi.Outputs;
import dev.weft.stages.spi.RunContext;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Cuts {@code samples} into {@code frames [steps, size]}, each of {@code hop} new samples behind
 * the last {@code size - hop} of the frame before.
 *
 * <p>Zeros stand before the first sample and fill up the last frame; no samples give no frames.
 */
final class FramesStage implements Stage {

  private final int size;
  private final int hop;
  private final Signature signature;

  FramesStage(int size, int hop) {
    this.size = size;
    this.hop = hop;
    this.signature =
        new Signature(
            List.of(TensorSpec.of("samples", Datatype.FP32, "samples").withSemantic("audio/mono")),
            List.of(
                TensorSpec.of("frames", Datatype.FP32, "steps", size)
                    .withSemantic("audio/frames")));
  }

  @Override
  public Signature signature() {
    return signature;
  }

  @Override
  public boolean endsSoon() {
    return true;
  }

  @Override
  public List<Tensor> run(RunContext context, List<Tensor> inputs) {
    var source = inputs.getFirst();
    var samples = source.shape().dim(0);
    var steps = Math.ceilDiv(samples, (long) hop);
    var shape = Shape.of(steps, size);
    return Outputs.closedOnFailure(
        outputs -> {
          var target = outputs.add(context.tensors().allocate(Datatype.FP32, shape)).segment();
          for (var step = 0L; step < steps; step++) {
            cut(
                source.segment(),
                samples,
                step * hop - (size - hop),
                target.asSlice(step * size * Float.BYTES, (long) size * Float.BYTES));
          }
        });
  }

  private void cut(MemorySegment source, long samples, long start, MemorySegment frame) {
    var from = Math.max(0, start);
    var to = Math.min(samples, start + size);
    var lead = (from - start) * Float.BYTES;
    var bytes = (to - from) * Float.BYTES;
    frame.asSlice(0, lead).fill((byte) 0);
    MemorySegment.copy(source, from * Float.BYTES, frame, lead, bytes);
    frame.asSlice(lead + bytes).fill((byte) 0);
  }

  @Override
  public void close() {}
}
