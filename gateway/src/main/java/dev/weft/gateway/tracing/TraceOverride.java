package dev.weft.gateway.tracing;

import java.util.Optional;

/**
 * What is set in place of a {@link TraceRule}; where it is empty, the rule holds on.
 *
 * @param isOn whether any request is traced
 * @param rate of those that begin a trace of their own
 * @param count how many more are traced
 */
record TraceOverride(Optional<Boolean> isOn, Optional<Rate> rate, Optional<Quota> count) {

  static TraceOverride none() {
    return new TraceOverride(Optional.empty(), Optional.empty(), Optional.empty());
  }

  boolean isNone() {
    return isOn.isEmpty() && rate.isEmpty() && count.isEmpty();
  }

  TraceOverride withLevel(Optional<Boolean> next) {
    return new TraceOverride(next, rate, count);
  }

  TraceOverride withRate(Optional<Rate> next) {
    return new TraceOverride(isOn, next, count);
  }

  TraceOverride withCount(Optional<Quota> next) {
    return new TraceOverride(isOn, rate, next);
  }

  /** What holds then. */
  TraceRule over(TraceRule rule) {
    return new TraceRule(isOn.orElse(rule.isOn()), rate.or(rule::rate), count.orElse(rule.count()));
  }
}
