package dev.weft.supervisor.gate;

import java.util.HashSet;
import java.util.List;

/** All that a candidate must keep to. */
public record Limits(List<Limit> all) {

  /** Each costs the others evidence, as the bound on a false rollback is shared among them. */
  public static final int LIMITS_MAX = 64;

  public Limits {
    all = List.copyOf(all);
    if (all.isEmpty() || all.size() > LIMITS_MAX) {
      throw new IllegalArgumentException(
          "limits: %d (expected: 1 to %d)".formatted(all.size(), LIMITS_MAX));
    }
    var seen = new HashSet<String>();
    for (var limit : all) {
      if (!seen.add(limit.kpi().word() + limit.metric())) {
        throw new IllegalArgumentException(
            "limits: %s, %s twice (expected: once)".formatted(limit.kpi().word(), limit.metric()));
      }
    }
  }

  public static Limits of(Limit... all) {
    return new Limits(List.of(all));
  }

  /** The largest ratio of processor time that is allowed; 1 if none is declared. */
  public double cpuRatio() {
    return all.stream()
        .filter(Limit.CpuTime.class::isInstance)
        .mapToDouble(Limit::max)
        .findFirst()
        .orElse(1);
  }

  /** Those of runs that fail or are late, which hold after a promotion, too. */
  public List<Limit> ofRuns() {
    return all.stream()
        .filter(limit -> limit instanceof Limit.FailedRuns || limit instanceof Limit.LateRuns)
        .toList();
  }

  /** Those that can be measured at a step. */
  List<Limit> at(Exposure exposure) {
    return all.stream().filter(limit -> exposure.measures(limit)).toList();
  }
}
