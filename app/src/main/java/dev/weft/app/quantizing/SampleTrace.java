package dev.weft.app.quantizing;

import dev.weft.app.failure.WrongUse;
import dev.weft.app.tracing.FrameFilter;
import dev.weft.app.tracing.RecordedTrace;
import dev.weft.fabric.trace.FrameRecord;
import dev.weft.fabric.trace.TensorRecord;
import dev.weft.fabric.trace.TraceSource;
import dev.weft.stages.calibration.Sample;
import dev.weft.stages.calibration.Samples;
import dev.weft.stages.spi.Dim;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorAllocator;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A trace as a source of a model's inputs: those of each frame that has them all, kept whole.
 *
 * @param sources where an input is taken from: an input of the pipeline, or {@code step.output}; by
 *     the input's name. What is not here is looked for under its own name
 */
record SampleTrace(Path path, Map<String, String> sources) {

  /**
   * @param framesMax most frames that are taken, the first ones
   * @throws WrongUse if no frame has all inputs, with what the first one lacked
   */
  Samples read(List<TensorSpec> inputs, int framesMax, TensorAllocator tensors) {
    var frames = new ArrayList<Map<String, Tensor>>();
    var samples = new ArrayList<Sample>();
    try (var trace = RecordedTrace.open(path);
        var reading = trace.read(FrameFilter.everything())) {
      var firstLack = Optional.<String>empty();
      var next = reading.next();
      for (; next.isPresent() && frames.size() < framesMax; next = reading.next()) {
        if (next.get() instanceof FrameRecord frame) {
          var tensorsOfFrame = new LinkedHashMap<String, Tensor>();
          frames.add(tensorsOfFrame);
          var lack = take(reading, frame, inputs, tensors, tensorsOfFrame);
          if (lack.isPresent()) {
            frames.removeLast().values().forEach(Tensor::close);
            firstLack = firstLack.or(() -> lack);
          } else {
            samples.add(new Sample(place(frame), tensorsOfFrame));
          }
        }
      }
      if (frames.isEmpty()) {
        throw new WrongUse(
            "--calibrate: %s: no frame has all inputs of the model: %s (expected: some that have,"
                    .formatted(path, firstLack.orElse("it has no frames"))
                + " kept whole; --map INPUT=STEP.OUTPUT says where an input is)");
      }
      return new Samples(samples);
    } catch (RuntimeException e) {
      frames.forEach(frame -> frame.values().forEach(Tensor::close));
      throw e;
    }
  }

  private String place(FrameRecord frame) {
    return "%s: frame %s/%d/%d".formatted(path, frame.session(), frame.epoch(), frame.number());
  }

  /** Adds the tensors of one frame; gives what it lacks. */
  private Optional<String> take(
      TraceSource reading,
      FrameRecord frame,
      List<TensorSpec> inputs,
      TensorAllocator tensors,
      Map<String, Tensor> target) {
    for (var input : inputs) {
      var source = sources.getOrDefault(input.name(), input.name());
      var record = find(frame, source);
      if (record.isEmpty()) {
        return Optional.of("there is no '%s'".formatted(source));
      }
      if (!fits(record.get(), input)) {
        var found = record.get();
        return Optional.of(
            "'%s' is %s%s, not %s".formatted(source, found.datatype(), found.shape(), input));
      }
      var content = reading.content(record.get());
      if (content.isEmpty()) {
        return Optional.of("what '%s' held was not kept".formatted(source));
      }
      var tensor = tensors.allocate(input.datatype(), record.get().shape());
      target.put(input.name(), tensor);
      tensor.segment().copyFrom(MemorySegment.ofArray(content.get()));
    }
    return Optional.empty();
  }

  /** An input of the pipeline, {@code step.output}, or the first output of any step so named. */
  private static Optional<TensorRecord> find(FrameRecord frame, String source) {
    var dot = source.indexOf('.');
    if (dot > 0) {
      var output = source.substring(dot + 1);
      return frame.step(source.substring(0, dot)).flatMap(step -> named(step.outputs(), output));
    }
    return named(frame.inputs(), source)
        .or(
            () ->
                frame.steps().stream()
                    .flatMap(step -> named(step.outputs(), source).stream())
                    .findFirst());
  }

  private static Optional<TensorRecord> named(List<TensorRecord> tensors, String name) {
    return tensors.stream().filter(tensor -> tensor.name().equals(name)).findFirst();
  }

  private static boolean fits(TensorRecord tensor, TensorSpec input) {
    var shape = tensor.shape();
    if (tensor.datatype() != input.datatype()
        || !input.datatype().isFixedSize()
        || shape.rank() != input.rank()) {
      return false;
    }
    for (var axis = 0; axis < shape.rank(); axis++) {
      if (input.shape().get(axis) instanceof Dim.Fixed(var size) && size != shape.dim(axis)) {
        return false;
      }
    }
    return true;
  }
}
