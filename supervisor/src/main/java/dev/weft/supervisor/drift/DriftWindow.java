package dev.weft.supervisor.drift;

import dev.weft.supervisor.comparison.Fault;
import java.util.List;
import java.util.Optional;

/**
 * What a window of compared frames says of drift.
 *
 * @param frames compared in it
 * @param figures of each output; none if there were too few frames
 * @param faults that sound an alarm by themselves
 */
public record DriftWindow(long frames, List<Figure> figures, List<Fault> faults) {

  public DriftWindow {
    figures = List.copyOf(figures);
    faults = List.copyOf(faults);
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

  /** Why it is an alarm; empty if it is none. */
  public Optional<String> alarm() {
    if (!faults.isEmpty()) {
      return Optional.of(faults.getFirst().toString());
    }
    return figures.stream().filter(Figure::isAlarm).findFirst().map(Figure::toString);
  }
}
