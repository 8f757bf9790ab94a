package dev.weft.bench;

import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorAllocator;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.stream.LongStream;

/** One input of a bench's frames, kept on the heap as a caller would have it. */
record FrameInput(String name, Datatype datatype, Shape shape, MemorySegment content) {

  /** Values between -1 and 1, the same in every run. */
  static FrameInput floats(String name, long... dims) {
    var shape = Shape.of(dims);
    var random = new Random(7);
    var values = new float[(int) shape.elements()];
    for (var i = 0; i < values.length; i++) {
      values[i] = random.nextFloat() * 2 - 1;
    }
    return new FrameInput(name, Datatype.FP32, shape, MemorySegment.ofArray(values));
  }

  /** One row of these values. */
  static FrameInput longs(String name, LongStream values) {
    var row = values.toArray();
    return new FrameInput(
        name, Datatype.INT64, Shape.of(1, row.length), MemorySegment.ofArray(row));
  }

  Tensor leased(TensorAllocator tensors) {
    var tensor = tensors.allocate(datatype, shape);
    tensor.segment().copyFrom(content);
    return tensor;
  }
}
