package dev.weft.gateway.observatory;

import dev.weft.gateway.round.Rounds;
import java.time.Duration;
import java.util.Optional;

/**
 * Hands the newest snapshot to all who subscribed, once a second; none is made while nobody has. A
 * subscriber that comes late for one gets the next, so none waits for another and nothing piles up.
 * Threadsafe.
 */
public final class Live implements AutoCloseable {

  /** Time between two snapshots. */
  static final Duration EVERY = Duration.ofSeconds(1);

  /** Most time for those who look to leave is the product of these. */
  private static final Duration LEAVE_LOOK = Duration.ofMillis(50);

  private static final int LEAVE_LOOKS = 20;

  /** Where snapshots come from; asked on one thread. */
  interface Source {

    /** Takes note of what happened; every second, whether somebody looks or not. */
    void look();

    /** Begins a time for which rates are wanted. */
    void begin();

    /** What happened since the last one or since the beginning, as JSON on one line. */
    String snapshot();
  }

  private final Source source;
  private final int subscribersMax;
  private Optional<Rounds> rounds = Optional.empty();
  private int subscribers;
  private boolean hasBegun;
  private long number;
  private String latest = "";
  private boolean isClosed;

  /**
   * @param subscribersMax most at once
   */
  Live(Source source, int subscribersMax) {
    this.source = source;
    this.subscribersMax = subscribersMax;
  }

  synchronized void start() {
    rounds = Optional.of(Rounds.begin("weft-gateway-live", EVERY, this::step));
  }

  /** One who looks, until it is closed. For one thread. */
  public final class Subscription implements AutoCloseable {
    private long seen = number;
    private boolean isOver;

    private Subscription() {}

    /** Waits for the next snapshot; empty if there will be none. */
    public Optional<String> next() throws InterruptedException {
      synchronized (Live.this) {
        while (number == seen && !isClosed) {
          Live.this.wait();
        }
        seen = number;
        return isClosed ? Optional.empty() : Optional.of(latest);
      }
    }

    @Override
    public void close() {
      synchronized (Live.this) {
        if (!isOver) {
          isOver = true;
          subscribers--;
          Live.this.notifyAll();
        }
      }
    }
  }

  /** Begins to look; empty if as many look as may, or it is closed. */
  public synchronized Optional<Subscription> subscribe() {
    if (subscribers == subscribersMax || isClosed) {
      return Optional.empty();
    }
    subscribers++;
    return Optional.of(new Subscription());
  }

  /** How many look now. */
  synchronized int subscribers() {
    return subscribers;
  }

  /** One second's work. */
  void step() {
    source.look();
    if (subscribers() == 0) {
      hasBegun = false;
    } else if (!hasBegun) {
      source.begin();
      hasBegun = true;
    } else {
      publish(source.snapshot());
    }
  }

  private synchronized void publish(String snapshot) {
    latest = snapshot;
    number++;
    notifyAll();
  }

  /** Ends all subscriptions, and gives those who had one a moment to take leave. */
  @Override
  public void close() {
    synchronized (this) {
      rounds.ifPresent(Rounds::close);
      isClosed = true;
      notifyAll();
      try {
        for (var i = 0; i < LEAVE_LOOKS && subscribers > 0; i++) {
          wait(LEAVE_LOOK.toMillis());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
