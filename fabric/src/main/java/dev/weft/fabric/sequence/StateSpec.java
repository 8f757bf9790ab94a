package dev.weft.fabric.sequence;

import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.Skipped;
import dev.weft.stages.spi.Dim;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Elements;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorAllocator;
import dev.weft.stages.tensor.TensorPool;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the frames of a pipeline hand on: which outputs, and to which inputs of the next. */
final class StateSpec {

  /**
   * An input of the next frame and the output that it was.
   *
   * @param step that makes the output; empty if it is an input of the frame
   */
  private record Held(
      String input, String output, Optional<String> step, Datatype datatype, Shape shape) {

    long bytes() {
      return TensorPool.sizeClass(shape.elements() * datatype.size());
    }
  }

  private final List<Held> all;

  private StateSpec(List<Held> all) {
    this.all = List.copyOf(all);
  }

  /**
   * @param manifest whose state was checked against its inputs and outputs
   * @throws IllegalArgumentException if a size of it is not fixed
   */
  static StateSpec of(PipelineManifest manifest) {
    return new StateSpec(
        manifest.inputs().stream()
            .map(PipelineManifest.Input::spec)
            .filter(spec -> manifest.state().containsKey(spec.name()))
            .map(spec -> held(spec, manifest))
            .toList());
  }

  private static Held held(TensorSpec spec, PipelineManifest manifest) {
    var output = String.valueOf(manifest.state().get(spec.name()));
    var step =
        manifest.outputs().stream()
            .filter(each -> each.name().equals(output))
            .findFirst()
            .flatMap(each -> each.from().step());
    var dims = spec.shape().stream().mapToLong(dim -> size(spec, dim)).toArray();
    return new Held(spec.name(), output, step, spec.datatype(), Shape.of(dims));
  }

  private static long size(TensorSpec spec, Dim dim) {
    return switch (dim) {
      case Dim.Fixed(var size) -> size;
      case Dim.Named _, Dim.Any _ ->
          throw new IllegalArgumentException("state: %s (expected: fixed sizes)".formatted(spec));
    };
  }

  /** Those of {@code names} that requests must not give. */
  List<String> own(Set<String> names) {
    return all.stream().map(Held::input).filter(names::contains).toList();
  }

  /**
   * What a sequence begins with.
   *
   * @throws dev.weft.stages.tensor.TensorMemoryException if there is no memory for it
   */
  StateTensors zeros(TensorAllocator tensors) {
    var zeros = room(tensors);
    zeros.byInput().values().forEach(tensor -> tensor.segment().fill((byte) 0));
    return zeros;
  }

  /**
   * Room for what the next frame leaves, content undefined.
   *
   * @throws dev.weft.stages.tensor.TensorMemoryException if there is no memory for it
   */
  StateTensors room(TensorAllocator tensors) {
    var room = new LinkedHashMap<String, Tensor>();
    try {
      all.forEach(held -> room.put(held.input(), tensors.allocate(held.datatype(), held.shape())));
      return new StateTensors(room);
    } catch (RuntimeException e) {
      room.values().forEach(Tensor::close);
      throw e;
    }
  }

  /** Memory that the state of a sequence takes of a pool, in bytes. */
  long bytes() {
    return all.stream().mapToLong(Held::bytes).sum();
  }

  /** Whether a frame left all of its state: what stands in for a step that was skipped is none. */
  boolean isIn(Answer.Completed answer) {
    var skipped = answer.quality().skipped().stream().map(Skipped::step).toList();
    return all.stream()
        .allMatch(
            held ->
                answer.outputs().containsKey(held.output())
                    && held.step().filter(skipped::contains).isEmpty());
  }

  /**
   * What keeps these outputs from being the next frame's inputs, in words; empty if nothing does.
   */
  Optional<String> problem(Map<String, Tensor> outputs) {
    return all.stream().flatMap(held -> problem(held, outputs).stream()).findFirst();
  }

  private static Optional<String> problem(Held held, Map<String, Tensor> outputs) {
    var tensor = outputs.get(held.output());
    if (tensor == null) {
      return Optional.empty();
    }
    if (tensor.datatype() != held.datatype() || !tensor.shape().equals(held.shape())) {
      return Optional.of(
          "output '%s': %s (expected: %s%s, as it is state)"
              .formatted(held.output(), tensor, held.datatype(), held.shape()));
    }
    var at = Elements.firstNotFinite(tensor);
    return at.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "output '%s': %s at element %d (expected: finite numbers, as it is state)"
                .formatted(held.output(), Elements.number(tensor, at.getAsLong()), at.getAsLong()));
  }

  /** Copies what a frame left into {@code room}; all of it is there and has no problem. */
  void copy(Map<String, Tensor> outputs, StateTensors room) {
    for (var held : all) {
      var from = outputs.get(held.output());
      var to = room.byInput().get(held.input());
      if (from == null || to == null) {
        throw new IllegalStateException("no output '%s'".formatted(held.output()));
      }
      to.segment().copyFrom(from.segment());
    }
  }

  /** Takes what is state out of {@code outputs}, and gives it. */
  List<Tensor> takeFrom(Map<String, Tensor> outputs) {
    var names = new LinkedHashSet<String>();
    all.forEach(held -> names.add(held.output()));
    return names.stream()
        .flatMap(name -> Optional.ofNullable(outputs.remove(name)).stream())
        .toList();
  }
}
