package dev.weft.fabric.embedded;

import dev.weft.fabric.pipeline.DropReason;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;

/** Says why Weft could not do what its caller asked for. */
public final class WeftException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  public WeftException(ErrorCode code, String message) {
    super(message);
    this.code = code;
  }

  /** The problem behind what a failed future throws. */
  static WeftException of(Throwable thrown) {
    return switch (thrown) {
      case CompletionException wrapper when wrapper.getCause() != null -> of(wrapper.getCause());
      case WeftException problem -> problem;
      case StageException problem -> new WeftException(problem.code(), message(problem));
      case TimeoutException problem ->
          new WeftException(ErrorCode.DEADLINE_EXCEEDED, message(problem));
      default -> new WeftException(ErrorCode.FAILED_PRECONDITION, message(thrown));
    };
  }

  /** Why there is no answer to a frame that was dropped. */
  static WeftException of(DropReason reason, String where) {
    var code =
        switch (reason) {
          case IN_FLIGHT_LIMIT,
              IN_FLIGHT_BYTES,
              DEADLINE_OUT_OF_REACH,
              QUEUE_FULL,
              SUPERSEDED,
              PREEMPTED,
              PAIRING_FULL ->
              ErrorCode.OVERLOADED;
          case UNPAIRED -> ErrorCode.INVALID_INPUT;
          case DEADLINE_EXCEEDED -> ErrorCode.DEADLINE_EXCEEDED;
          case UNLOADING -> ErrorCode.UNAVAILABLE;
        };
    return new WeftException(code, "dropped at '%s': %s".formatted(where, reason));
  }

  private static String message(Throwable thrown) {
    return String.valueOf(thrown.getMessage());
  }

  public ErrorCode code() {
    return code;
  }
}
