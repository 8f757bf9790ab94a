package dev.weft.link.exchange;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a link to another node is.
 *
 * @param roundTrip of the last look at it; empty before the first
 * @param underWay requests without an answer, by lane
 * @param connections that were welcomed so far
 * @param lastFailure why the last connection ended, for people
 */
public record PeerStatus(
    State state,
    Optional<Duration> roundTrip,
    List<Integer> underWay,
    long connections,
    Optional<String> lastFailure) {

  /** Whether it can be asked. */
  public enum State {
    /** There is a connection. */
    CONNECTED,
    /** One is being made; requests wait for it. */
    CONNECTING,
    /** The breaker is open: requests are refused. */
    OPEN,
    CLOSED
  }

  public PeerStatus {
    underWay = List.copyOf(underWay);
  }
}
