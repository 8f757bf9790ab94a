package dev.weft.link.identity;

import io.grpc.Status;

/** Why a call failed. */
public final class CallFailure {

  private CallFailure() {}

  /** In one line, for people: the code, what was said of it, and what caused it. */
  public static String words(Throwable failure) {
    var status = Status.fromThrowable(failure);
    var words = new StringBuilder(status.getCode().name());
    if (status.getDescription() != null) {
      words.append(": ").append(status.getDescription());
    }
    var cause = status.getCause();
    if (cause != null) {
      words.append(": ").append(cause.getMessage());
    }
    return words.toString().lines().findFirst().orElse("");
  }
}
