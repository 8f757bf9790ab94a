package dev.weft.supervisor.comparison;

import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Elements;
import dev.weft.stages.tensor.Tensor;
import java.lang.foreign.ValueLayout;

/** The leading elements of a tensor as FP64, in memory that is used again for the next. */
final class TensorValues {

  private double[] values = new double[0];
  private int count;
  private int notFinite;

  /** Takes in up to {@link ComparisonSettings#ELEMENTS_MAX} elements. */
  void read(Tensor tensor) {
    count = (int) Math.min(ComparisonSettings.ELEMENTS_MAX, tensor.shape().elements());
    if (values.length < count) {
      values = new double[count];
    }
    if (tensor.datatype() == Datatype.FP32) {
      var data = tensor.segment();
      for (var i = 0; i < count; i++) {
        values[i] = data.getAtIndex(ValueLayout.JAVA_FLOAT, i);
      }
    } else {
      for (var i = 0; i < count; i++) {
        values[i] = Elements.number(tensor, i);
      }
    }
    notFinite = tensor.datatype().isFloat() ? countNotFinite() : 0;
  }

  /** The elements, in the first {@link #count()} places; valid until the next are read. */
  double[] values() {
    return values;
  }

  int count() {
    return count;
  }

  boolean areFinite() {
    return notFinite == 0;
  }

  boolean hasNaN() {
    return notFinite > 0 && firstNaN() >= 0;
  }

  /** Position of the first NaN; -1 if there is none. */
  int firstNaN() {
    for (var i = 0; i < count; i++) {
      if (Double.isNaN(values[i])) {
        return i;
      }
    }
    return -1;
  }

  /**
   * Position of the first infinity where {@code other} has a finite number; -1 if there is none.
   */
  int firstInfiniteUnlike(TensorValues other) {
    for (var i = 0; i < count; i++) {
      if (Double.isInfinite(values[i]) && Double.isFinite(other.values[i])) {
        return i;
      }
    }
    return -1;
  }

  private int countNotFinite() {
    // Any NaN or infinity survives in the sum of x * 0, which needs no branch per element.
    var poison = 0.0;
    for (var i = 0; i < count; i++) {
      poison += values[i] * 0;
    }
    if (poison == 0) {
      return 0;
    }
    var found = 0;
    for (var i = 0; i < count; i++) {
      found += Double.isFinite(values[i]) ? 0 : 1;
    }
    return found;
  }
}
