package dev.weft.fabric.replay;

import dev.weft.fabric.trace.FrameRecord;
import dev.weft.fabric.trace.TensorRecord;
import dev.weft.fabric.trace.TraceSource;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorAllocator;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Tensors as a trace has kept them. */
public final class RecordedInputs {

  private RecordedInputs() {}

  /**
   * The inputs of a frame, by name, to be closed by the caller.
   *
   * @param source that gave {@code frame} last
   * @return empty if one was not kept, or not as it was
   */
  public static Optional<Map<String, Tensor>> of(
      FrameRecord frame, TraceSource source, TensorAllocator tensors) {
    var inputs = new LinkedHashMap<String, Tensor>();
    try {
      for (var given : frame.inputs()) {
        var content = source.content(given);
        if (content.isEmpty()) {
          inputs.values().forEach(Tensor::close);
          return Optional.empty();
        }
        inputs.put(given.name(), tensor(given, content.get(), tensors));
      }
    } catch (RuntimeException e) {
      inputs.values().forEach(Tensor::close);
      throw e;
    }
    return Optional.of(inputs);
  }

  static Tensor tensor(TensorRecord record, byte[] content, TensorAllocator tensors) {
    var tensor =
        record.datatype().isFixedSize()
            ? tensors.allocate(record.datatype(), record.shape())
            : tensors.allocateBytes(record.shape(), content.length);
    tensor.segment().copyFrom(MemorySegment.ofArray(content));
    return tensor;
  }
}
