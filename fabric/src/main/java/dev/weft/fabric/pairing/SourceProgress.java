package dev.weft.fabric.pairing;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far one source has come, as its events tell: a watermark that learns.
 *
 * <p>A source is taken to be in order until an event comes after a newer one; from then on it may
 * again be out of order by as much. An event that steps back by more than the lateness is no
 * straggler, as nobody would wait for one: the source's clock was set back, and the progress starts
 * anew from there.
 */
final class SourceProgress {

  /** Of a source of which nothing is known: behind any event. */
  private static final Duration BEHIND = Duration.ofSeconds(Long.MIN_VALUE);

  private @Nullable Instant newest;
  private @Nullable Instant bound;
  private Duration disorder = Duration.ZERO;
  private @Nullable Duration shortestStep;

  void saw(Instant at, Duration lateness) {
    if (bound != null && at.isBefore(bound)) {
      // A broken promise is none.
      bound = null;
    }
    var before = newest;
    if (before == null) {
      newest = at;
      return;
    }
    var step = Duration.between(before, at);
    if (!step.isNegative()) {
      newest = at;
      shortestStep = shortestStep == null ? step : min(shortestStep, step);
    } else if (step.negated().compareTo(lateness) > 0) {
      newest = at;
      disorder = Duration.ZERO;
    } else {
      disorder = max(disorder, step.negated());
      shortestStep = Duration.ZERO;
    }
  }

  /** Takes note of a promise: what is still to come happens at {@code other} or later. */
  void promised(Instant other) {
    if (bound == null || bound.isBefore(other)) {
      bound = other;
    }
  }

  /** Whether all that is still to come happens later than {@code ahead} after {@code at}. */
  boolean isPast(Instant at, Duration ahead) {
    return lead(at, newest, disorder.negated()).compareTo(ahead) > 0
        || lead(at, bound, Duration.ZERO).compareTo(ahead) > 0;
  }

  /**
   * Whether all that is still to come happens at least {@code ahead} after {@code at}, if the
   * source keeps the shortest step it ever made.
   */
  boolean willSkip(Instant at, Duration ahead) {
    var next = shortestStep == null ? Duration.ZERO : shortestStep;
    return lead(at, newest, next.minus(disorder)).compareTo(ahead) >= 0
        || lead(at, bound, Duration.ZERO).compareTo(ahead) >= 0;
  }

  private static Duration lead(Instant at, @Nullable Instant reached, Duration more) {
    return reached == null ? BEHIND : Duration.between(at, reached).plus(more);
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) <= 0 ? a : b;
  }

  private static Duration max(Duration a, Duration b) {
    return a.compareTo(b) >= 0 ? a : b;
  }
}
