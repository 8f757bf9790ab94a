package dev.weft.app.quantizing;

import dev.weft.stages.calibration.Sample;
import dev.weft.stages.calibration.Samples;
import dev.weft.stages.spi.Dim;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorAllocator;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Inputs made up where none were recorded, always the same: floats from -1 to 1, ones elsewhere.
 * They tell how fast a model is, not how exact.
 *
 * @param dims sizes of named dimensions; those not here, and those without a name, are 1
 */
record GeneratedInputs(Map<String, Long> dims) {

  private static final int SEED = 1;

  Samples samples(List<TensorSpec> inputs, TensorAllocator tensors) {
    var random = new Random(SEED);
    var frame = new LinkedHashMap<String, Tensor>();
    try {
      for (var input : inputs) {
        frame.put(input.name(), tensor(input, random, tensors));
      }
      return new Samples(List.of(new Sample("generated inputs", frame)));
    } catch (RuntimeException e) {
      frame.values().forEach(Tensor::close);
      throw e;
    }
  }

  private Tensor tensor(TensorSpec input, Random random, TensorAllocator tensors) {
    var shape = Shape.of(input.shape().stream().mapToLong(this::size).toArray());
    if (input.datatype() == Datatype.BYTES) {
      return tensors.allocateBytes(shape, 0);
    }
    var tensor = tensors.allocate(input.datatype(), shape);
    var content = tensor.segment();
    if (input.datatype() == Datatype.FP32) {
      for (var i = 0L; i < shape.elements(); i++) {
        content.setAtIndex(ValueLayout.JAVA_FLOAT, i, random.nextFloat() * 2 - 1);
      }
      return tensor;
    }
    content.fill((byte) 0);
    for (var i = 0L; i < shape.elements(); i++) {
      // Little-endian: the lowest byte of a whole number.
      content.set(ValueLayout.JAVA_BYTE, i * input.datatype().size(), (byte) 1);
    }
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
