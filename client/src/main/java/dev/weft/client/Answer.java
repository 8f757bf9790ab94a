package dev.weft.client;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a model answered, and how.
 *
 * @param value the outputs
 * @param frame by which the server explains it; empty if it is no Weft
 * @param skipped steps of a pipeline that were left out
 * @param degraded steps of a pipeline that a cheaper variant ran
 * @param stale age of an answer that was given before, where there was no time or room for a new
 *     one; empty if it is new
 */
public record Answer<T>(
    T value,
    Optional<String> frame,
    List<String> skipped,
    List<String> degraded,
    Optional<Duration> stale) {

  public Answer {
    skipped = List.copyOf(skipped);
    degraded = List.copyOf(degraded);
  }

  <U> Answer<U> with(U other) {
    return new Answer<>(other, frame, skipped, degraded, stale);
  }
}
