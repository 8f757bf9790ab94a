package dev.weft.cluster.fleet;

/** A fleet's rollout does not do what was asked of it. */
final class FleetException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  FleetException(String message) {
    // No stack trace: it is an answer.
    super(message, null, false, false);
  }
}
