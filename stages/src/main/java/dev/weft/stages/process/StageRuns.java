package dev.weft.stages.process;

import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorMemoryException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Runs the stage of a process for one slot after the other; whatever it throws becomes a reply. */
final class StageRuns {

  private final Stage stage;
  private final OutputLeases leases;
  private final MemorySegment inputRegion;
  private final MemorySegment outputRegion;
  private final CurrentRun current;

  StageRuns(
      Stage stage,
      OutputLeases leases,
      MemorySegment inputRegion,
      MemorySegment outputRegion,
      CurrentRun current) {
    this.stage = stage;
    this.leases = leases;
    this.inputRegion = inputRegion;
    this.outputRegion = outputRegion;
    this.current = current;
  }

  void answer(Slot slot) {
    current.begin(slot);
    try {
      if (slot.isCancelled()) {
        slot.fail(ErrorCode.CANCELLED, "cancelled before it began");
      } else {
        run(slot);
      }
    } catch (StageException e) {
      slot.fail(e.code(), String.valueOf(e.getMessage()));
    } catch (TensorMemoryException e) {
      slot.fail(ErrorCode.OUT_OF_MEMORY, String.valueOf(e.getMessage()));
    } catch (Exception | LinkageError | StackOverflowError | AssertionError e) {
      slot.fail(ErrorCode.STAGE_FAILED, e.toString());
    } finally {
      current.end();
    }
  }

  private void run(Slot slot) {
    var inputs = new ArrayList<Tensor>();
    try {
      for (var placement : slot.inputs()) {
        inputs.add(placement.tensor(inputRegion, () -> {}));
      }
      var context = new StageProcess.Context(leases, current, slot.admittedAt(), slot.seed());
      slot.complete(handedOver(stage.run(context, inputs), inputs));
    } finally {
      inputs.forEach(Tensor::close);
    }
  }

  /** Where the outputs lie; all closed or held for the parent afterwards. */
  private List<Placement> handedOver(List<Tensor> outputs, List<Tensor> inputs) {
    var placements = new ArrayList<Placement>();
    var next = 0;
    try {
      for (; next < outputs.size(); next++) {
        placements.add(handedOver(outputs.get(next), inputs));
      }
      if (!Slot.fits(placements)) {
        throw new StageException(
            ErrorCode.STAGE_BROKE_CONTRACT,
            "outputs: %d (expected: as many as fit a slot)".formatted(placements.size()));
      }
      return placements;
    } catch (RuntimeException e) {
      placements.stream().filter(p -> p.lease() >= 0).forEach(p -> leases.drop(p.lease()));
      outputs.subList(next, outputs.size()).forEach(Tensor::close);
      throw e;
    }
  }

  private Placement handedOver(Tensor output, List<Tensor> inputs) {
    for (var i = 0; i < inputs.size(); i++) {
      // Some rows of an input are not the input: what is handed on is all of it.
      if (output.sharesMemoryWith(inputs.get(i)) && output.byteSize() == inputs.get(i).byteSize()) {
        output.close();
        return new Placement(-1 - i, output.datatype(), output.shape(), 0, output.byteSize());
      }
    }
    if (Placement.isInside(output, outputRegion)) {
      return Placement.of(leases.hold(output), output, outputRegion);
    }
    var copy = leases.copyOf(output);
    var lease = held(copy);
    output.close();
    return Placement.of(lease, copy, outputRegion);
  }

  private int held(Tensor copy) {
    try {
      return leases.hold(copy);
    } catch (RuntimeException e) {
      copy.close();
      throw e;
    }
  }
}
