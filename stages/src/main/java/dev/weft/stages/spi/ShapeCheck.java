package dev.weft.stages.spi;

import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Holds real tensors against declared specs, binding named dimensions as it goes. One use per run:
 * inputs first, then outputs.
 *
 * <p>A dimension above {@value #SIZE_MAX}, which an empty tensor may have, is refused: stages index
 * with an {@code int}.
 */
public final class ShapeCheck {

  static final long SIZE_MAX = Integer.MAX_VALUE - 8;

  /** Made when the first named dimension is met; many signatures have none. */
  private Map<String, Long> bound = Map.of();

  /** What is wrong with {@code tensors} as {@code specs}, in words; empty if nothing is. */
  public Optional<String> problem(List<TensorSpec> specs, List<Tensor> tensors) {
    if (specs.size() != tensors.size()) {
      return Optional.of("%d tensors (expected: %d)".formatted(tensors.size(), specs.size()));
    }
    for (var i = 0; i < specs.size(); i++) {
      var spec = specs.get(i);
      var tensor = tensors.get(i);
      if (tensor.datatype() != spec.datatype() || !fits(spec.shape(), tensor.shape())) {
        return Optional.of(
            "'%s': %s (expected: %s%s%s)"
                .formatted(
                    spec.name(), tensor, spec.datatype(), spec.shape(), bounds(spec, tensor)));
      }
    }
    return Optional.empty();
  }

  /** Size a named dimension was bound to, if it was. */
  public Optional<Long> size(String name) {
    return Optional.ofNullable(bound.get(name));
  }

  private boolean fits(List<Dim> declared, Shape actual) {
    if (declared.size() != actual.rank()) {
      return false;
    }
    for (var axis = 0; axis < declared.size(); axis++) {
      if (!fits(declared.get(axis), actual.dim(axis))) {
        return false;
      }
    }
    return true;
  }

  private boolean fits(Dim declared, long actual) {
    if (actual > SIZE_MAX) {
      return false;
    }
    return switch (declared) {
      case Dim.Fixed(var size) -> size == actual;
      case Dim.Any _ -> true;
      case Dim.Named(var name) -> {
        if (bound.isEmpty()) {
          bound = new LinkedHashMap<>();
        }
        var earlier = bound.putIfAbsent(name, actual);
        yield earlier == null || earlier == actual;
      }
    };
  }

  /** What the declared shape alone does not say: bound names, and the bound on any dimension. */
  private String bounds(TensorSpec spec, Tensor tensor) {
    var text = new StringBuilder();
    for (var dim : spec.shape()) {
      if (dim instanceof Dim.Named(var name) && bound.containsKey(name)) {
        text.append(", ").append(name).append(" = ").append(bound.get(name));
      }
    }
    if (Arrays.stream(tensor.shape().toArray()).anyMatch(size -> size > SIZE_MAX)) {
      text.append(", no dimension above ").append(SIZE_MAX);
    }
    return text.toString();
  }
}
