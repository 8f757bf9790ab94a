package dev.weft.gateway.model;

import java.util.concurrent.atomic.AtomicBoolean;

/** The stay of one inference inside a server, from {@link Serving#enter} until it is closed. */
public final class Stay implements AutoCloseable {

  private final InFlight inFlight;
  private final int turn;
  private final AtomicBoolean isOver = new AtomicBoolean();

  Stay(InFlight inFlight, int turn) {
    this.inFlight = inFlight;
    this.turn = turn;
  }

  /** Leaves; more than once changes nothing. */
  @Override
  public void close() {
    if (isOver.compareAndSet(false, true)) {
      inFlight.leave(turn);
    }
  }
}
