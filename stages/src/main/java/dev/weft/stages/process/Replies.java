package dev.weft.stages.process;

import dev.weft.stages.spi.StageException;
import dev.weft.stages.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes leased tensors of what a process answers, after holding every figure against the region.
 */
final class Replies {

  /** What became of a run. */
  sealed interface Outcome {
    record Completed(List<Tensor> outputs) implements Outcome {}

    record Failed(StageException why) implements Outcome {}

    /** The process answered what no working process can. */
    record Lie(String what) implements Outcome {}
  }

  private final Channel channel;
  private final RegionFile region;
  private final MemorySegment outputs;

  Replies(Channel channel, RegionFile region) {
    this.channel = channel;
    this.region = region;
    this.outputs = channel.outputs();
  }

  Outcome read(Slot slot, List<Tensor> inputs) {
    return switch (slot.readReply()) {
      case Slot.Reply.Completed(var placements) -> tensors(placements, inputs);
      case Slot.Reply.Failed(var code, var message) ->
          new Outcome.Failed(new StageException(code, message));
      case Slot.Reply.Garbage(var why) -> new Outcome.Lie(why);
    };
  }

  private Outcome tensors(List<Placement> placements, List<Tensor> inputs) {
    var tensors = new ArrayList<Tensor>(placements.size());
    try {
      for (var placement : placements) {
        tensors.add(placement.lease() < 0 ? handedOn(placement, inputs) : leased(placement));
      }
      return new Outcome.Completed(List.copyOf(tensors));
    } catch (IllegalArgumentException e) {
      tensors.forEach(Tensor::close);
      return new Outcome.Lie(String.valueOf(e.getMessage()));
    }
  }

  /** The caller's own input under the shape the stage gave it. */
  private static Tensor handedOn(Placement placement, List<Tensor> inputs) {
    var index = placement.input();
    if (index >= inputs.size() || inputs.get(index).datatype() != placement.datatype()) {
      throw new IllegalArgumentException(
          "input handed on: %d as %s (expected: one of %s)"
              .formatted(index, placement.datatype(), inputs));
    }
    var input = inputs.get(index);
    return input.shape().equals(placement.shape())
        ? input.retain()
        : input.reshape(placement.shape());
  }

  private Tensor leased(Placement placement) {
    if (!region.tryHold()) {
      throw new IllegalStateException("replies read after the region has gone");
    }
    try {
      return placement.tensor(outputs, () -> giveBack(placement.lease()));
    } catch (IllegalArgumentException e) {
      region.letGo();
      throw e;
    }
  }

  private void giveBack(int lease) {
    channel.returned(lease);
    region.letGo();
  }
}
