package dev.weft.stages.tensor;

import java.util.Arrays;

/** The sizes of a tensor's dimensions, outermost first; a scalar has none. */
public final class Shape {

  private static final Shape SCALAR = new Shape(new long[0]);
  private static final int RANK_MAX = 32;

  private final long[] dims;

  private Shape(long[] dims) {
    this.dims = dims;
  }

  /**
   * @throws IllegalArgumentException for a negative dimension, more than 32 of them, or a product
   *     of dimensions that does not fit a {@code long}
   */
  public static Shape of(long... dims) {
    if (dims.length == 0) {
      return SCALAR;
    }
    if (dims.length > RANK_MAX) {
      throw new IllegalArgumentException(
          "rank: %d (expected: <= %d)".formatted(dims.length, RANK_MAX));
    }
    var shape = new Shape(dims.clone());
    shape.checkDims();
    return shape;
  }

  public int rank() {
    return dims.length;
  }

  public long dim(int axis) {
    return dims[axis];
  }

  /** The dimension at {@code axis} as an {@code int}, for loops over a tensor known to be small. */
  public int intDim(int axis) {
    return Math.toIntExact(dims[axis]);
  }

  /** Number of elements: the product of all dimensions, 1 for a scalar. */
  public long elements() {
    var product = 1L;
    for (var dim : dims) {
      product *= dim;
    }
    return product;
  }

  /** The same with another first dimension. */
  public Shape withFirst(long dim) {
    var other = dims.clone();
    other[0] = dim;
    return of(other);
  }

  public long[] toArray() {
    return dims.clone();
  }

  private void checkDims() {
    var product = 1L;
    for (var dim : dims) {
      if (dim < 0) {
        throw new IllegalArgumentException("shape: " + this + " (expected: dimensions >= 0)");
      }
      // A zero hides an overflow to its left or right, so it does not take part in the product.
      if (dim > 0 && Math.multiplyHigh(product, dim) != 0 || product * Math.max(1, dim) < 0) {
        throw new IllegalArgumentException(
            "shape: " + this + " (expected: a product of dimensions below 2^63)");
      }
      product *= Math.max(1, dim);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape shape && Arrays.equals(dims, shape.dims);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dims);
  }

  /** For example {@code [1, 3, 224, 224]}. */
  @Override
  public String toString() {
    return Arrays.toString(dims);
  }
}
