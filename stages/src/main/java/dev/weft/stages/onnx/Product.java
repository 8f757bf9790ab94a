package dev.weft.stages.onnx;

import dev.weft.stages.spi.Dim;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import java.util.List;

/**
 * One of the stage's outputs and the model output it is.
 *
 * <p>Each of its dimensions is a size known from the start, or that of an input's axis, or known
 * only once the model has run. Without the last kind the runtime writes straight into leased
 * memory.
 */
final class Product {

  private static final long UNKNOWN = -1;
  private static final long FROM_INPUT = -2;

  private final String name;
  private final TensorSpec declared;
  private final long[] sizes;
  private final int[] inputs;
  private final int[] axes;
  private boolean known = true;

  Product(String name, TensorSpec declared) {
    this.name = name;
    this.declared = declared;
    this.sizes = new long[declared.rank()];
    this.inputs = new int[sizes.length];
    this.axes = new int[sizes.length];
  }

  void fix(int axis, long size) {
    sizes[axis] = size;
  }

  void follow(int axis, int input, int inputAxis) {
    sizes[axis] = FROM_INPUT;
    inputs[axis] = input;
    axes[axis] = inputAxis;
  }

  void leaveOpen(int axis) {
    sizes[axis] = UNKNOWN;
    known = false;
  }

  /** The model's name of it. */
  String name() {
    return name;
  }

  TensorSpec declared() {
    return declared;
  }

  /** Whether its shape follows from the inputs' and the runtime can write into leased memory. */
  boolean isPinned() {
    return known && declared.datatype() != Datatype.BYTES;
  }

  /** Its shape for these inputs; only if pinned. */
  Shape shape(List<Tensor> given) {
    var dims = new long[sizes.length];
    for (var axis = 0; axis < dims.length; axis++) {
      dims[axis] =
          sizes[axis] == FROM_INPUT ? given.get(inputs[axis]).shape().dim(axes[axis]) : sizes[axis];
    }
    return Shape.of(dims);
  }

  /** Whether {@code actual}, seen after a run, is what was declared. */
  boolean allows(Shape actual, List<Tensor> given) {
    if (actual.rank() != sizes.length) {
      return false;
    }
    for (var axis = 0; axis < sizes.length; axis++) {
      var size =
          sizes[axis] == FROM_INPUT ? given.get(inputs[axis]).shape().dim(axes[axis]) : sizes[axis];
      if (size != UNKNOWN && size != actual.dim(axis)) {
        return false;
      }
    }
    return agreesWithItself(actual);
  }

  /** A name that stands on two axes and in no input binds them to one size. */
  private boolean agreesWithItself(Shape actual) {
    for (var axis = 0; axis < sizes.length; axis++) {
      var first = declared.shape().indexOf(declared.shape().get(axis));
      if (declared.shape().get(axis) instanceof Dim.Named
          && actual.dim(first) != actual.dim(axis)) {
        return false;
      }
    }
    return true;
  }
}
