package dev.weft.fabric.manifest;

/**
 * A switch on a tensor's value, written for example {@code max(vad.probability) >= 0.5}.
 *
 * @param limit the right side, compared in double precision
 */
public record Condition(
    Reduction reduction, TensorRef tensor, Comparison comparison, double limit) {

  /** How a tensor becomes one number. Of an empty tensor all but {@code count} are NaN. */
  public enum Reduction {
    /** The first element. */
    FIRST,
    MAX,
    MIN,
    MEAN,
    /** The number of elements. */
    COUNT
  }

  /** Comparisons with NaN are false, but for {@link #NOT_EQUAL}. */
  public enum Comparison {
    LESS("<"),
    LESS_OR_EQUAL("<="),
    GREATER(">"),
    GREATER_OR_EQUAL(">="),
    EQUAL("=="),
    NOT_EQUAL("!=");

    private final String sign;

    Comparison(String sign) {
      this.sign = sign;
    }

    public String sign() {
      return sign;
    }

    public boolean holds(double left, double right) {
      return switch (this) {
        case LESS -> left < right;
        case LESS_OR_EQUAL -> left <= right;
        case GREATER -> left > right;
        case GREATER_OR_EQUAL -> left >= right;
        case EQUAL -> left == right;
        case NOT_EQUAL -> left != right;
      };
    }
  }

  @Override
  public String toString() {
    return "%s(%s) %s %s"
        .formatted(
            reduction.name().toLowerCase(java.util.Locale.ROOT), tensor, comparison.sign(), limit);
  }
}
