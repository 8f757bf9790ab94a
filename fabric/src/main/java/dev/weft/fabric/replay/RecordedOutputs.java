package dev.weft.fabric.replay;

import dev.weft.fabric.replay.Tolerance.Distance;
import dev.weft.fabric.trace.FrameRecord;
import dev.weft.fabric.trace.TensorDigest;
import dev.weft.fabric.trace.TensorRecord;
import dev.weft.fabric.trace.TraceSource;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorAllocator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/** The outputs of one frame as a trace has them, to be held against what comes out again. */
record RecordedOutputs(List<Kept> all) {

  RecordedOutputs {
    all = List.copyOf(all);
  }

  /** One of them; its content is empty if it was not kept. */
  record Kept(TensorRecord record, Optional<byte[]> content) {}

  /**
   * @param source that gave {@code frame} last
   */
  static RecordedOutputs of(FrameRecord frame, TraceSource source) {
    return new RecordedOutputs(
        frame.answer().outputs().stream()
            .map(output -> new Kept(output, source.content(output)))
            .toList());
  }

  /**
   * Tells of each how close the frame came to it.
   *
   * @param tensors memory for one of them at a time
   * @throws dev.weft.stages.tensor.TensorMemoryException if there is not that much
   */
  void compare(ReplayFrame frame, TensorAllocator tensors, BiConsumer<String, Distance> told) {
    all.forEach(output -> told.accept(output.record().name(), distance(frame, output, tensors)));
  }

  private static Distance distance(ReplayFrame frame, Kept output, TensorAllocator tensors) {
    for (var declared : frame.plan().outputs()) {
      if (declared.name().equals(output.record().name())) {
        var again = frame.at(declared.slot());
        return again == null ? Distance.UNTOLD : distance(output, again, tensors);
      }
    }
    return Distance.UNTOLD;
  }

  private static Distance distance(Kept output, Tensor again, TensorAllocator tensors) {
    if (TensorDigest.of(again).equals(output.record().digest())) {
      return Distance.NONE;
    }
    if (output.content().isEmpty()) {
      return Distance.UNTOLD;
    }
    try (var recorded = RecordedInputs.tensor(output.record(), output.content().get(), tensors)) {
      return Distance.between(recorded, again);
    }
  }
}
