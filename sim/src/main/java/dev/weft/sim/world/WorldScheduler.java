package dev.weft.sim.world;

import akka.actor.AbstractScheduler;
import akka.actor.Cancellable;
import akka.event.LoggingAdapter;
import com.typesafe.config.Config;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;
import scala.concurrent.ExecutionContext;
import scala.concurrent.duration.FiniteDuration;

/** Akka's scheduler over a world's timers. Made by Akka, from {@link WorldConfig}. */
public final class WorldScheduler extends AbstractScheduler {

  private static final double TICKS_PER_SECOND = 1_000_000;

  private final Host host;

  /** Called by Akka. */
  public WorldScheduler(Config config, LoggingAdapter log, ThreadFactory threads) {
    host = WorldConfig.host(config);
  }

  @Override
  public Cancellable scheduleOnce(FiniteDuration delay, Runnable work, ExecutionContext context) {
    var once = new Planned();
    once.timer =
        host.timer(
            delay.toNanos(),
            () -> {
              once.isDone = true;
              context.execute(work);
            });
    return once;
  }

  @Override
  public Cancellable schedule(
      FiniteDuration first, FiniteDuration every, Runnable work, ExecutionContext context) {
    var again = new Planned();
    repeat(again, first.toNanos(), every.toNanos(), work, context);
    return again;
  }

  private void repeat(
      Planned planned, long delay, long every, Runnable work, ExecutionContext context) {
    planned.timer =
        host.timer(
            delay,
            () -> {
              context.execute(work);
              if (!planned.isCancelled()) {
                repeat(planned, every, every, work, context);
              }
            });
  }

  @Override
  public double maxFrequency() {
    return TICKS_PER_SECOND;
  }

  private static final class Planned implements Cancellable {
    private World.@Nullable Timer timer;
    private boolean isCancelled;
    private boolean isDone;

    @Override
    public boolean cancel() {
      if (isDone || isCancelled) {
        return false;
      }
      isCancelled = true;
      if (timer != null) {
        timer.cancel();
      }
      return true;
    }

    @Override
    public boolean isCancelled() {
      return isCancelled;
    }
  }
}
