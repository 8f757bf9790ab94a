package dev.weft.gateway.tracing;

import java.util.Optional;

/**
 * Which requests are traced.
 *
 * @param isOn whether any is
 * @param rate of those that begin a trace of their own; empty for what is configured
 * @param count how many more are traced
 */
record TraceRule(boolean isOn, Optional<Rate> rate, Quota count) {

  /** As configured. */
  static TraceRule of(Sampling sampling) {
    return new TraceRule(sampling.mayTrace(), Optional.empty(), new Quota(Quota.UNBOUNDED));
  }
}
