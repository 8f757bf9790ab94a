package dev.weft.bench.load;

import dev.weft.fabric.manifest.Lane;
import java.time.Duration;
import java.util.Optional;

/**
 * What a stream's callers want of each request.
 *
 * @param deadline after which an answer is worth nothing, counted from the scheduled arrival
 * @param patience after which the caller gives up and cancels; empty for one who waits
 */
public record Terms(
    Lane lane, Duration deadline, Optional<String> tenant, Optional<Duration> patience) {

  public static Terms of(Lane lane, Duration deadline) {
    return new Terms(lane, deadline, Optional.empty(), Optional.empty());
  }

  public Terms in(Lane other) {
    return new Terms(other, deadline, tenant, patience);
  }

  public Terms from(String otherTenant) {
    return new Terms(lane, deadline, Optional.of(otherTenant), patience);
  }

  public Terms cancelledAfter(Duration otherPatience) {
    return new Terms(lane, deadline, tenant, Optional.of(otherPatience));
  }

  /** From when on nobody wants the answer: the deadline, or the moment the caller gives up. */
  Duration life() {
    return patience.filter(wait -> wait.compareTo(deadline) < 0).orElse(deadline);
  }
}
