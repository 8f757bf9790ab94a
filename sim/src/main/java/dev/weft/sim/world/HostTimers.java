package dev.weft.sim.world;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Delayed;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A scheduled executor in a machine's time, as far as Weft uses one: for work that repeats. */
public final class HostTimers extends AbstractExecutorService implements ScheduledExecutorService {

  private final Host host;

  public HostTimers(Host host) {
    this.host = host;
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable work, long first, long every, TimeUnit unit) {
    var repeated = new Repeated();
    repeat(repeated, unit.toNanos(first), unit.toNanos(every), work);
    return repeated;
  }

  private void repeat(Repeated repeated, long delay, long every, Runnable work) {
    host.timer(
        delay,
        () -> {
          if (!repeated.isDone()) {
            work.run();
            repeat(repeated, every, every, work);
          }
        });
  }

  @Override
  public void execute(Runnable task) {
    host.timer(0, task);
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable work, long delay, TimeUnit unit) {
    throw unused();
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> work, long delay, TimeUnit unit) {
    throw unused();
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable work, long first, long every, TimeUnit unit) {
    throw unused();
  }

  private static UnsupportedOperationException unused() {
    return new UnsupportedOperationException("only fixed delays and tasks are simulated");
  }

  @Override
  public void shutdown() {}

  @Override
  public List<Runnable> shutdownNow() {
    return List.of();
  }

  @Override
  public boolean isShutdown() {
    return false;
  }

  @Override
  public boolean isTerminated() {
    return false;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return true;
  }

  /** Repeats until it is cancelled. */
  private static final class Repeated extends CompletableFuture<@Nullable Void>
      implements ScheduledFuture<@Nullable Void> {

    @Override
    public long getDelay(TimeUnit unit) {
      return 0;
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }
  }
}
