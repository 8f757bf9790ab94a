package dev.weft.fabric.embedded;

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

  private static String message(Throwable thrown) {
    return String.valueOf(thrown.getMessage());
  }

  public ErrorCode code() {
    return code;
  }
}
