package dev.weft.persistence.outbox;

import java.net.URI;
import java.time.Duration;

/**
 * A kind of sink that {@link Destination}s may name by its scheme. Found as a service on the class
 * path.
 */
public interface SinkKind {

  /** The scheme of its addresses, such as {@code grpc}. */
  String scheme();

  /**
   * A sink at {@code address}, which need not be there yet.
   *
   * @param answerTimeout how long an answer is waited for
   * @throws IllegalArgumentException if it is no address of this kind, with what was expected
   */
  Sink at(URI address, Duration answerTimeout);
}
