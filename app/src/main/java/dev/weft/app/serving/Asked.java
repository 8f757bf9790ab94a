package dev.weft.app.serving;

import dev.weft.fabric.embedded.WeftException;
import dev.weft.gateway.reload.ReloadSettings;
import dev.weft.stages.spi.ErrorCode;
import java.time.Duration;
import java.util.List;

/**
 * A change of one model that a client asked for, and what he is told where it is not made.
 *
 * @param settings those in force when he asked
 */
record Asked(String model, ReloadSettings settings) {

  /** As between two rounds, but so that a request has the time for two looks. */
  Duration betweenLooks() {
    var half = settings.patience().dividedBy(2);
    return settings.every().compareTo(half) < 0 ? settings.every() : half;
  }

  static WeftException notServing() {
    return new WeftException(
        ErrorCode.UNAVAILABLE, "starting, or shutting down (expected: a server that does neither)");
  }

  WeftException busy() {
    return new WeftException(
        ErrorCode.UNAVAILABLE,
        "model '%s': another change was not over after %s (expected: try again later)"
            .formatted(model, settings.patience()));
  }

  WeftException unsettled() {
    return new WeftException(
        ErrorCode.UNAVAILABLE,
        "model '%s': the files keep changing, for %s (expected: the same for %s)"
            .formatted(model, settings.patience(), betweenLooks()));
  }

  WeftException unknown(List<String> there) {
    return new WeftException(
        ErrorCode.NOT_FOUND, "model: '%s' (expected: one of %s)".formatted(model, there));
  }

  /**
   * @param deed that is not done, such as "unloaded"
   */
  WeftException refused(String deed, String why) {
    return new WeftException(
        ErrorCode.FAILED_PRECONDITION, "model '%s' is not %s: %s".formatted(model, deed, why));
  }
}
