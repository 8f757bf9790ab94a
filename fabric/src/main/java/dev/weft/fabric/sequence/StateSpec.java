package dev.weft.fabric.sequence;

import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.stages.spi.Dim;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Elements;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorAllocator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the frames of a pipeline hand on: which outputs, and to which inputs of the next. */
final class StateSpec {

  /** An input of the next frame and the output that it was. */
  private record Held(String input, String output, Datatype datatype, Shape shape) {}

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
            .map(spec -> held(spec, String.valueOf(manifest.state().get(spec.name()))))
            .toList());
  }

  private static Held held(TensorSpec spec, String output) {
    var dims = spec.shape().stream().mapToLong(dim -> size(spec, dim)).toArray();
    return new Held(spec.name(), output, spec.datatype(), Shape.of(dims));
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

  /** Whether a frame left all of its state; if steps were skipped, some may be missing. */
  boolean isIn(Map<String, Tensor> outputs) {
    return all.stream().allMatch(held -> outputs.containsKey(held.output()));
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
