package dev.weft.fabric.problem;

import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** What something asked for failed with, out of what the futures between wrapped it in. */
public final class Cause {

  private Cause() {}

  /** The failure itself. */
  public static Throwable of(Throwable problem) {
    var cause = problem.getCause();
    return problem instanceof CompletionException && cause != null ? cause : problem;
  }

  /** Why it failed, for people; empty if it did not. */
  public static String words(@Nullable Throwable problem) {
    if (problem == null) {
      return "";
    }
    var cause = of(problem);
    var message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }
}
