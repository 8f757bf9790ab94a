package dev.weft.supervisor.drift;

import dev.weft.supervisor.comparison.Fault;
import dev.weft.supervisor.gate.Verdict;
import java.util.List;
import java.util.Optional;

/**
 * What a window of compared frames says of drift.
 *
 * @param frames in it, with those that could not be compared
 * @param figures of each output; none if the window could not be checked
 * @param faults that sound an alarm by themselves
 * @param lacks what was not checked and why, each in a sentence; why the window could not be
 *     checked at all, if there are no figures
 */
public record DriftWindow(
    long frames, List<Figure> figures, List<Fault> faults, List<String> lacks) {

  public DriftWindow {
    figures = List.copyOf(figures);
    faults = List.copyOf(faults);
    lacks = List.copyOf(lacks);
    if (figures.isEmpty() && faults.isEmpty() && lacks.isEmpty()) {
      throw new IllegalArgumentException(
          "window of %d frames: no figure, no fault, no reason (expected: one of them)"
              .formatted(frames));
    }
  }

  /** What is measured of an output. */
  public enum Statistic {
    /** Mean share of flips or mismatches. */
    FLIPS("flips"),
    /** Largest difference of the distribution functions. */
    KS("ks"),
    /** Population stability index. */
    PSI("psi");

    private final String word;

    Statistic(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  /**
   * One number.
   *
   * @param alarmAbove what it exceeds with no more than its part of the probability of a false
   *     alarm
   */
  public record Figure(String tensor, Statistic statistic, double value, double alarmAbove) {

    public boolean isAlarm() {
      return value > alarmAbove;
    }

    /** For example {@code flips of 'scores': 0.14 (alarm above 0.046)}. */
    @Override
    public String toString() {
      return "%s of '%s': %.3g (alarm above %.3g)"
          .formatted(statistic.word(), tensor, value, alarmAbove);
    }
  }

  /** Failed with an alarm, passed if it was checked and sounds none, insufficient otherwise. */
  public Verdict verdict() {
    if (alarm().isPresent()) {
      return Verdict.FAIL;
    }
    return figures.isEmpty() ? Verdict.INSUFFICIENT : Verdict.PASS;
  }

  /** Why it is an alarm; empty if it is none. */
  public Optional<String> alarm() {
    if (!faults.isEmpty()) {
      return Optional.of(faults.getFirst().toString());
    }
    return figures.stream().filter(Figure::isAlarm).findFirst().map(Figure::toString);
  }
}
