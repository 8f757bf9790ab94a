package dev.weft.cluster.moving;

/** Why what is kept of sessions that move was not told or changed. */
final class MovingException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  MovingException(String why) {
    // No stack trace: it is an answer.
    super(why, null, false, false);
  }
}
