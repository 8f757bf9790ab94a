package dev.weft.fabric.manifest;

import dev.weft.fabric.manifest.Condition.Comparison;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A switch on how loaded a node is as one frame sees it, written for example {@code cpu > 0.85 or
 * slack < 20ms}. It holds if one of its terms does.
 */
public record LoadCondition(List<Term> terms) {

  /** What is measured, each as one number. */
  public enum Measure implements Word {
    /** Share of the machine's processors that is busy, 0 to 1. */
    CPU,
    /** Share of the machine's memory that is in use, 0 to 1. */
    MEMORY,
    /** Rung of the load ladder, 0 (normal) to 3 (critical). */
    LEVEL,
    /** How full the frame's lane before the step is, 0 to 1. */
    QUEUE,
    /** Time to the deadline less what the frame's other steps are expected to take, in seconds. */
    SLACK
  }

  /**
   * One comparison.
   *
   * @param limit in the measure's unit
   */
  public record Term(Measure measure, Comparison comparison, double limit) {
    @Override
    public String toString() {
      return measure == Measure.SLACK
          ? "slack %s %sms".formatted(comparison.sign(), plain(limit * 1e3))
          : "%s %s %s".formatted(measure.word(), comparison.sign(), plain(limit));
    }

    private static String plain(double number) {
      var rounded = new BigDecimal(number, new MathContext(12)).stripTrailingZeros();
      return rounded.toPlainString();
    }

    /** Whether this holds only where {@code other} does, whatever the measure's value. */
    public boolean implies(Term other) {
      if (measure != other.measure || isAbove() != other.isAbove()) {
        return false;
      }
      var beyond = isAbove() ? limit - other.limit : other.limit - limit;
      return beyond > 0 || beyond == 0 && (isStrict() || !other.isStrict());
    }

    private boolean isAbove() {
      return comparison == Comparison.GREATER || comparison == Comparison.GREATER_OR_EQUAL;
    }

    private boolean isStrict() {
      return comparison == Comparison.GREATER || comparison == Comparison.LESS;
    }
  }

  /** Gives the present value of a measure; NaN if it is not known, which no comparison meets. */
  @FunctionalInterface
  public interface Reading {
    double of(Measure measure);
  }

  private static final Pattern TERM =
      Pattern.compile("([a-z]+)\\s*([<>=]+)\\s*([0-9.]+)(us|ms|s)?");

  public LoadCondition {
    terms = List.copyOf(terms);
    if (terms.isEmpty()) {
      throw new IllegalArgumentException("terms: none (expected: at least one)");
    }
  }

  /** Reads the form of {@link #toString()}; empty if {@code text} is not of that form. */
  public static Optional<LoadCondition> parse(String text) {
    var terms = new ArrayList<Term>();
    for (var part : text.strip().split("\\s+or\\s+", -1)) {
      var term = term(part.strip());
      if (term.isEmpty()) {
        return Optional.empty();
      }
      terms.add(term.get());
    }
    return Optional.of(new LoadCondition(terms));
  }

  private static Optional<Term> term(String text) {
    var form = TERM.matcher(text);
    if (!form.matches()) {
      return Optional.empty();
    }
    var measure =
        Arrays.stream(Measure.values())
            .filter(known -> known.word().equals(form.group(1)))
            .findFirst();
    var comparison =
        Arrays.stream(Comparison.values())
            .filter(known -> known.sign().equals(form.group(2)))
            .filter(known -> known != Comparison.EQUAL && known != Comparison.NOT_EQUAL)
            .findFirst();
    var limit = limit(form.group(3), Optional.ofNullable(form.group(4)));
    if (measure.isEmpty() || comparison.isEmpty() || limit.isEmpty()) {
      return Optional.empty();
    }
    var isTime = form.group(4) != null;
    return isTime == (measure.get() == Measure.SLACK)
        ? Optional.of(new Term(measure.get(), comparison.get(), limit.get()))
        : Optional.empty();
  }

  private static Optional<Double> limit(String number, Optional<String> unit) {
    try {
      var scale =
          switch (unit.orElse("s")) {
            case "us" -> 1e-6;
            case "ms" -> 1e-3;
            default -> 1.0;
          };
      return Optional.of(Double.parseDouble(number) * scale).filter(Double::isFinite);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  public boolean holds(Reading reading) {
    for (var i = 0; i < terms.size(); i++) {
      var term = terms.get(i);
      if (term.comparison().holds(reading.of(term.measure()), term.limit())) {
        return true;
      }
    }
    return false;
  }

  /** Whether this holds only where {@code other} does. */
  public boolean implies(LoadCondition other) {
    return terms.stream().allMatch(term -> other.terms.stream().anyMatch(term::implies));
  }

  @Override
  public String toString() {
    return terms.stream().map(Term::toString).collect(Collectors.joining(" or "));
  }
}
