package dev.weft.supervisor.gate;

/** Whom a candidate answers at a step, which decides what can be measured there. */
public enum Exposure {
  /** Nobody: it runs beside the stable variant, at times of its own. */
  SHADOW,
  /** A part of the traffic, while the stable variant answers the rest. */
  CANARY,
  /** Everybody: no stable traffic is left to hold its latency against. */
  WHOLE;

  /**
   * Whether {@code limit} can be measured. Where there is no stable traffic, late runs are, as a
   * caller who gets no answer in time is one too many; but all of them count.
   */
  public boolean measures(Limit limit) {
    return switch (limit) {
      case Limit.TailLatency _ -> this == CANARY;
      case Limit.LateRuns _ -> this != SHADOW;
      case Limit.CpuTime _, Limit.FarFrames _, Limit.Changes _, Limit.FailedRuns _ -> true;
    };
  }
}
