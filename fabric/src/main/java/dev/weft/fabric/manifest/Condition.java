package dev.weft.fabric.manifest;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A switch on a tensor's value, written for example {@code max(vad.probability) >= 0.5}.
 *
 * @param limit the right side, compared in double precision
 */
public record Condition(
    Reduction reduction, TensorRef tensor, Comparison comparison, double limit) {

  /** How a tensor becomes one number. Of an empty tensor all but {@code count} are NaN. */
  public enum Reduction implements Word {
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

  private static final Pattern FORM =
      Pattern.compile("\\s*([a-z]+)\\s*\\(\\s*([^\\s()]+)\\s*\\)\\s*([<>=!]+)\\s*(\\S+)\\s*");

  /** Reads the form of {@link #toString()}; empty if {@code text} is not of that form. */
  public static Optional<Condition> parse(String text) {
    var form = FORM.matcher(text);
    if (!form.matches()) {
      return Optional.empty();
    }
    var reduction =
        Arrays.stream(Reduction.values())
            .filter(known -> known.word().equals(form.group(1)))
            .findFirst();
    var comparison =
        Arrays.stream(Comparison.values())
            .filter(known -> known.sign().equals(form.group(3)))
            .findFirst();
    var limit = number(form.group(4));
    if (reduction.isEmpty() || comparison.isEmpty() || limit.isEmpty()) {
      return Optional.empty();
    }
    var tensor = TensorRef.parse(form.group(2));
    return Optional.of(new Condition(reduction.get(), tensor, comparison.get(), limit.get()));
  }

  private static Optional<Double> number(String text) {
    try {
      return Optional.of(Double.parseDouble(text)).filter(Double::isFinite);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return "%s(%s) %s %s".formatted(reduction.word(), tensor, comparison.sign(), limit);
  }
}
