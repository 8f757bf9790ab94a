package dev.weft.link.exchange;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A request as its receiver sees it. Threadsafe. */
public final class Asked {

  private final String peer;
  private final String kind;
  private final int lane;
  private final byte[] payload;
  private final long deadlineNanos;
  private final List<Runnable> whenGivenUp = new ArrayList<>();
  private boolean isGivenUp;

  /**
   * As it came over a link; others make one to try a handler.
   *
   * @param deadlineNanos on {@link System#nanoTime}
   */
  public Asked(String peer, String kind, int lane, byte[] payload, long deadlineNanos) {
    this.peer = peer;
    this.kind = kind;
    this.lane = lane;
    this.payload = payload;
    this.deadlineNanos = deadlineNanos;
  }

  /**
   * Who asks: the name in the certificate, or what the sender calls itself where there are no
   * certificates.
   */
  public String peer() {
    return peer;
  }

  public String kind() {
    return kind;
  }

  public int lane() {
    return lane;
  }

  /** Belongs to whoever answers. */
  public byte[] payload() {
    return payload;
  }

  /** The deadline on {@link System#nanoTime} of this process. */
  public long deadlineNanos() {
    return deadlineNanos;
  }

  /** Until the deadline; not above 0 if it is over. */
  public Duration timeLeft() {
    return Duration.ofNanos(deadlineNanos - System.nanoTime());
  }

  /** Whether nobody waits for the answer any more. */
  public synchronized boolean isGivenUp() {
    return isGivenUp;
  }

  /** Has this run when nobody waits any more; at once if it is so. It must not block. */
  public void whenGivenUp(Runnable effect) {
    synchronized (this) {
      if (!isGivenUp) {
        whenGivenUp.add(effect);
        return;
      }
    }
    effect.run();
  }

  void giveUp() {
    List<Runnable> effects;
    synchronized (this) {
      isGivenUp = true;
      effects = List.copyOf(whenGivenUp);
      whenGivenUp.clear();
    }
    effects.forEach(Runnable::run);
  }
}
