package dev.weft.stages.spi;

import dev.weft.stages.tensor.Datatype;
import java.util.List;
import java.util.Optional;

/**
 * The contract of one input or output tensor.
 *
 * @param shape declared dimensions, outermost first; empty for a scalar
 * @param layout meaning of the axes, such as {@code NCHW}
 * @param semantic meaning of the values, such as {@code image/rgb}, {@code logits}
 */
public record TensorSpec(
    String name,
    Datatype datatype,
    List<Dim> shape,
    Optional<String> layout,
    Optional<String> semantic) {

  public TensorSpec {
    shape = List.copyOf(shape);
  }

  /** A spec without layout and semantic; each dimension a {@link Number}, a name, or -1. */
  public static TensorSpec of(String name, Datatype datatype, Object... dims) {
    return new TensorSpec(name, datatype, dims(dims), Optional.empty(), Optional.empty());
  }

  public TensorSpec withSemantic(String tag) {
    return new TensorSpec(name, datatype, shape, layout, Optional.of(tag));
  }

  public TensorSpec withLayout(String axes) {
    return new TensorSpec(name, datatype, shape, Optional.of(axes), semantic);
  }

  public int rank() {
    return shape.size();
  }

  private static List<Dim> dims(Object... dims) {
    return List.of(dims).stream().map(TensorSpec::dim).toList();
  }

  private static Dim dim(Object dim) {
    return switch (dim) {
      case String name -> Dim.named(name);
      case Number size when size.longValue() == -1 -> Dim.any();
      case Number size -> Dim.fixed(size.longValue());
      default ->
          throw new IllegalArgumentException(
              "dimension: " + dim + " (expected: a number or a name)");
    };
  }

  /** For example {@code pixels FP32[1, 3, height, width] image/rgb NCHW}. */
  @Override
  public String toString() {
    return name
        + " "
        + datatype
        + shape
        + semantic.map(tag -> " " + tag).orElse("")
        + layout.map(axes -> " " + axes).orElse("");
  }
}
