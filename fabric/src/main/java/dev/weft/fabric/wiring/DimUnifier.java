package dev.weft.fabric.wiring;

import dev.weft.stages.spi.Dim;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Finds out which dimensions of a pipeline must have the same size, and what that size is. A name
 * belongs to the scope it stands in: one step, or the pipeline's inputs.
 */
final class DimUnifier {

  /** A name in its scope. */
  private record Variable(String scope, String name) {}

  private final Map<Variable, Variable> parents = new HashMap<>();
  private final Map<Variable, Long> sizes = new HashMap<>();

  /** Makes both the same; what speaks against it, in words, if anything does. */
  Optional<String> unify(String leftScope, Dim left, String rightScope, Dim right) {
    if (left instanceof Dim.Any || right instanceof Dim.Any) {
      return Optional.empty();
    }
    var leftSize = size(leftScope, left);
    var rightSize = size(rightScope, right);
    if (leftSize.isPresent() && rightSize.isPresent()) {
      return leftSize.equals(rightSize)
          ? Optional.empty()
          : Optional.of("%s <- %s".formatted(shown(left, leftSize), shown(right, rightSize)));
    }
    switch (left) {
      case Dim.Named(var name) when right instanceof Dim.Named(var other) ->
          join(root(new Variable(leftScope, name)), root(new Variable(rightScope, other)));
      case Dim.Named(var name) -> bind(new Variable(leftScope, name), rightSize);
      case Dim.Fixed _, Dim.Any _ -> {
        if (right instanceof Dim.Named(var name)) {
          bind(new Variable(rightScope, name), leftSize);
        }
      }
    }
    return Optional.empty();
  }

  private Optional<Long> size(String scope, Dim dim) {
    return switch (dim) {
      case Dim.Fixed(var size) -> Optional.of(size);
      case Dim.Named(var name) -> Optional.ofNullable(sizes.get(root(new Variable(scope, name))));
      case Dim.Any _ -> Optional.empty();
    };
  }

  private void bind(Variable variable, Optional<Long> size) {
    size.ifPresent(known -> sizes.put(root(variable), known));
  }

  private void join(Variable left, Variable right) {
    if (!left.equals(right)) {
      parents.put(left, right);
      var size = sizes.remove(left);
      if (size != null) {
        sizes.put(right, size);
      }
    }
  }

  private Variable root(Variable variable) {
    var at = variable;
    for (var parent = parents.get(at); parent != null; parent = parents.get(at)) {
      at = parent;
    }
    return at;
  }

  private static String shown(Dim dim, Optional<Long> size) {
    return dim instanceof Dim.Named(var name)
        ? "%s = %d".formatted(name, size.orElse(-1L))
        : dim.toString();
  }
}
