package dev.weft.gateway.http;

import dev.weft.gateway.round.Rounds;
import io.helidon.common.buffers.BufferData;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.http.Status;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1ConnectionListener;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Cuts off clients that keep a thread waiting: whoever neither sends nor takes bytes for longer
 * than it may. An interrupt closes the channel that the thread waits for. Threadsafe.
 */
final class Patience implements Http1ConnectionListener, AutoCloseable {

  private static final Duration LOOK_EVERY = Duration.ofMillis(100);

  private final Map<Thread, Wait> waits = new ConcurrentHashMap<>();
  private final long headNanos;
  private final Rounds rounds;

  /**
   * @param head most time from the first line of a request to the end of its headers
   */
  Patience(Duration head) {
    this.headNanos = head.toNanos();
    this.rounds = Rounds.begin("weft-gateway-patience", LOOK_EVERY, this::look);
  }

  /** A wait of the thread that began it; closing it ends it. */
  final class Wait implements AutoCloseable {
    private final Thread thread = Thread.currentThread();
    private final long untilNanos;
    private boolean isOver;

    private Wait(long nanos) {
      this.untilNanos = System.nanoTime() + nanos;
    }

    /** Whether it is over, now or since before. */
    private synchronized boolean endIfLate(long now) {
      if (!isOver && now - untilNanos > 0) {
        isOver = true;
        thread.interrupt();
      }
      return isOver;
    }

    @Override
    public synchronized void close() {
      isOver = true;
      waits.remove(thread, this);
    }
  }

  /** Begins a wait of the calling thread, which has none. */
  Wait with(Duration most) {
    return begin(most.toNanos());
  }

  private Wait begin(long nanos) {
    var wait = new Wait(nanos);
    waits.put(wait.thread, wait);
    return wait;
  }

  private void look() {
    var now = System.nanoTime();
    waits.values().removeIf(wait -> wait.endIfLate(now));
  }

  @Override
  public void prologue(ConnectionContext context, HttpPrologue prologue) {
    begin(headNanos);
  }

  @Override
  public void headers(ConnectionContext context, Headers headers) {
    end(waits.get(Thread.currentThread()));
  }

  private static void end(@Nullable Wait wait) {
    if (wait != null) {
      wait.close();
    }
  }

  @Override
  public void data(ConnectionContext context, BufferData data) {}

  @Override
  public void data(ConnectionContext context, byte[] data, int position, int length) {}

  @Override
  public void status(ConnectionContext context, Status status) {}

  @Override
  public void close() {
    rounds.close();
  }
}
