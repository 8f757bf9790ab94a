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
    for (var i = 0; notFinite > 0 && i < count; i++) {
      if (Double.isNaN(values[i])) {
        return true;
      }
    }
    return false;
  }

  /** Position of the first element that is a fault beside {@code stable}'s; -1 if there is none. */
  int firstFault(TensorValues stable) {
    if (areFinite()) {
      return -1;
    }
    for (var i = 0; i < count; i++) {
      if (isFault(stable.values[i], values[i])) {
        return i;
      }
    }
    return -1;
  }

  /** A NaN where the stable variant has none, or an infinity where it has a finite number. */
  static boolean isFault(double stable, double candidate) {
    return Double.isNaN(candidate)
        ? !Double.isNaN(stable)
        : Double.isInfinite(candidate) && Double.isFinite(stable);
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
