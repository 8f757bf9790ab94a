package dev.weft.client;

import java.time.Duration;
import java.util.Optional;

/** Why there is no answer, with a code that stays. */
public final class InferenceException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** No answer came in time; the code that a server has for it, too. */
  public static final String DEADLINE_EXCEEDED = "deadline-exceeded";

  /** Nothing answers at the address. */
  public static final String UNREACHABLE = "unreachable";

  /** What came is not what the protocol says. */
  public static final String BAD_ANSWER = "bad-answer";

  /** The thread that waited was interrupted. */
  public static final String CANCELLED = "cancelled";

  private final String code;
  private final int status;
  private final transient Optional<Duration> retryAfter;

  InferenceException(String code, int status, String message, Optional<Duration> retryAfter) {
    super(message);
    this.code = code;
    this.status = status;
    this.retryAfter = retryAfter;
  }

  InferenceException(String code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
    this.status = 0;
    this.retryAfter = Optional.empty();
  }

  /** One of those here, or the server's: docs/serving.md lists them. */
  public String code() {
    return code;
  }

  /** The HTTP status; 0 if no server said anything. */
  public int status() {
    return status;
  }

  /** When the server thinks it may go better; empty if it did not say. */
  public Optional<Duration> retryAfter() {
    return retryAfter;
  }
}
