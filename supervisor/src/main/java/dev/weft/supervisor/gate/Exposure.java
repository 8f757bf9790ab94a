package dev.weft.supervisor.gate;

/** Whom a candidate answers at a step, which decides what can be measured there. */
public enum Exposure {
  /** Nobody: it runs beside the stable variant, at times of its own. */
  SHADOW,
  /** A part of the traffic, while the stable variant answers the rest. */
  CANARY,
  /** Everybody: no stable traffic is left to hold its latency against. */
  WHOLE;

  /** Whether {@code kpi} can be measured. */
  public boolean measures(Kpi kpi) {
    return switch (kpi) {
      case TAIL_LATENCY -> this == CANARY;
      case CPU, SHADOW_ERROR -> true;
    };
  }
}
