package dev.weft.fabric.wiring;

import dev.weft.stages.spi.Dim;
import dev.weft.stages.spi.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How two tensor specs that meet go together. */
final class TensorMatch {

  private TensorMatch() {}

  /**
   * What differs between an input and what is given to it, in words; named dimensions are left to
   * {@link DimUnifier}.
   */
  static List<String> differences(TensorSpec wanted, TensorSpec given) {
    var differences = new ArrayList<String>();
    if (wanted.datatype() != given.datatype()) {
      differences.add("datatype %s <- %s".formatted(wanted.datatype(), given.datatype()));
    }
    if (wanted.rank() != given.rank()) {
      differences.add("rank %d <- %d".formatted(wanted.rank(), given.rank()));
    }
    if (!agree(wanted.layout(), given.layout())) {
      differences.add(
          "layout %s <- %s".formatted(wanted.layout().orElse(""), given.layout().orElse("")));
    }
    if (!accepts(wanted.semantic(), given.semantic())) {
      differences.add(
          "semantic %s <- %s".formatted(wanted.semantic().orElse(""), given.semantic().orElse("")));
    }
    return differences;
  }

  /** What differs between the fixed sizes of two specs of one rank, in words. */
  static List<String> sizeDifferences(TensorSpec wanted, TensorSpec given) {
    var differences = new ArrayList<String>();
    for (var axis = 0; axis < wanted.rank() && wanted.rank() == given.rank(); axis++) {
      if (wanted.shape().get(axis) instanceof Dim.Fixed(var size)
          && given.shape().get(axis) instanceof Dim.Fixed(var other)
          && size != other) {
        differences.add("dimension %d: %d <- %d".formatted(axis, size, other));
      }
    }
    return differences;
  }

  /** Whether two tags are equal, or one side is silent. */
  static boolean agree(Optional<String> left, Optional<String> right) {
    return left.isEmpty() || right.isEmpty() || left.equals(right);
  }

  /**
   * Whether an input tagged {@code wanted} takes {@code given}: {@code image} takes {@code
   * image/rgb}.
   */
  static boolean accepts(Optional<String> wanted, Optional<String> given) {
    return agree(wanted, given) || given.orElseThrow().startsWith(wanted.orElseThrow() + "/");
  }
}
