package dev.weft.fabric.pipeline;

import dev.weft.fabric.manifest.Condition;
import dev.weft.stages.tensor.Elements;
import dev.weft.stages.tensor.Tensor;

/** Evaluates a {@link Condition} on the tensor it names. */
public final class ConditionCheck {

  private ConditionCheck() {}

  /** Whether {@code condition} holds for {@code tensor}. */
  public static boolean holds(Condition condition, Tensor tensor) {
    return condition.comparison().holds(reduce(condition.reduction(), tensor), condition.limit());
  }

  private static double reduce(Condition.Reduction reduction, Tensor tensor) {
    var count = tensor.shape().elements();
    if (reduction == Condition.Reduction.COUNT) {
      return count;
    }
    if (count == 0) {
      return Double.NaN;
    }
    return switch (reduction) {
      case FIRST -> Elements.number(tensor, 0);
      case MAX -> fold(tensor, count, Math::max);
      case MIN -> fold(tensor, count, Math::min);
      case MEAN -> fold(tensor, count, Double::sum) / count;
      case COUNT -> count;
    };
  }

  private static double fold(
      Tensor tensor, long count, java.util.function.DoubleBinaryOperator operator) {
    var value = Elements.number(tensor, 0);
    for (var i = 1L; i < count; i++) {
      value = operator.applyAsDouble(value, Elements.number(tensor, i));
    }
    return value;
  }
}
