package dev.weft.fabric.replay;

import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Elements;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;

/** How close two tensors are, best first. */
public enum Tolerance {
  /** The same bytes. */
  EXACT("exact"),
  /** Every element within a millionth, relative to the greater of its size and 1. */
  WITHIN_1E_6("1e-6"),
  WITHIN_1E_4("1e-4"),
  WITHIN_1E_2("1e-2"),
  /** The greatest element of the last axis stands where it stood, in every row. */
  SAME_TOP("same-top"),
  /** Different in kind: shape, or where the greatest element stands. */
  DIFFERENT("different"),
  /** Different bytes, and what the recorded tensor held was not kept. */
  UNKNOWN("unknown");

  private final String word;

  Tolerance(String word) {
    this.word = word;
  }

  /** As reports write it. */
  public String word() {
    return word;
  }

  /**
   * The class and the greatest difference of two tensors whose bytes differ.
   *
   * @param largest difference of an element, absolute; NaN where there is none to tell
   */
  public record Distance(Tolerance tolerance, double largest) {

    static final Distance NONE = new Distance(EXACT, 0);
    static final Distance UNTOLD = new Distance(UNKNOWN, Double.NaN);

    static Distance between(Tensor recorded, Tensor again) {
      if (recorded.datatype() != again.datatype()
          || !recorded.shape().equals(again.shape())
          || recorded.datatype() == Datatype.BYTES) {
        return new Distance(DIFFERENT, Double.NaN);
      }
      var relative = 0.0;
      var largest = 0.0;
      var count = recorded.shape().elements();
      for (var i = 0L; i < count; i++) {
        var then = Elements.number(recorded, i);
        var now = Elements.number(again, i);
        if (Double.compare(then, now) != 0) {
          var difference = Math.abs(then - now);
          // Not a number on one side only: as far apart as can be.
          difference = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference;
          largest = Math.max(largest, difference);
          relative = Math.max(relative, difference / Math.max(1, Math.abs(then)));
        }
      }
      return new Distance(of(relative, recorded, again), largest);
    }

    private static Tolerance of(double relative, Tensor recorded, Tensor again) {
      if (relative <= 1e-6) {
        return WITHIN_1E_6;
      }
      if (relative <= 1e-4) {
        return WITHIN_1E_4;
      }
      if (relative <= 1e-2) {
        return WITHIN_1E_2;
      }
      return sameTop(recorded, again, recorded.shape()) ? SAME_TOP : DIFFERENT;
    }

    private static boolean sameTop(Tensor recorded, Tensor again, Shape shape) {
      if (shape.rank() == 0 || !recorded.datatype().isFloat()) {
        return false;
      }
      var width = shape.dim(shape.rank() - 1);
      for (var row = 0L; width > 0 && row < shape.elements() / width; row++) {
        if (top(recorded, row * width, width) != top(again, row * width, width)) {
          return false;
        }
      }
      return width > 1;
    }

    private static long top(Tensor tensor, long from, long count) {
      var top = from;
      for (var i = from + 1; i < from + count; i++) {
        if (Elements.number(tensor, i) > Elements.number(tensor, top)) {
          top = i;
        }
      }
      return top - from;
    }
  }
}
