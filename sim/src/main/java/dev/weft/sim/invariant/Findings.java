package dev.weft.sim.invariant;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Collects violations; beyond {@value #MAX} it only counts. */
public final class Findings {

  static final int MAX = 50;

  private final List<Violation> violations = new ArrayList<>();
  private final Consumer<String> told;
  private long more;

  /**
   * @param told of each violation, where it was found
   */
  public Findings(Consumer<String> told) {
    this.told = told;
  }

  public void add(String invariant, String what) {
    add(new Violation(invariant, what));
  }

  public void add(Violation violation) {
    if (violations.size() == MAX) {
      more++;
      return;
    }
    violations.add(violation);
    told.accept("VIOLATION " + violation);
  }

  public void addAll(List<Violation> several) {
    several.forEach(this::add);
  }

  public List<Violation> violations() {
    return List.copyOf(violations);
  }

  /** Violations beyond those that are kept. */
  public long more() {
    return more;
  }
}
