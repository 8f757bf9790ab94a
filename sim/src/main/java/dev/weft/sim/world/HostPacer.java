package dev.weft.sim.world;

import dev.weft.persistence.segment.Pacer;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/** Steps a trace store in a machine's time: when it asked for it, and soon after it is woken. */
public final class HostPacer implements Pacer {

  private final Host host;
  private @Nullable LongUnaryOperator step;
  private World.@Nullable Timer next;

  public HostPacer(Host host) {
    this.host = host;
  }

  @Override
  public void start(LongUnaryOperator starting) {
    step = starting;
    plan(0);
  }

  @Override
  public void wake() {
    plan(0);
  }

  private void plan(long nanos) {
    if (next != null) {
      next.cancel();
    }
    next = host.timer(nanos, this::step);
  }

  private void step() {
    var stepping = step;
    if (stepping != null) {
      plan(stepping.applyAsLong(host.clock().nanos()));
    }
  }

  @Override
  public void stop() {
    step = null;
    if (next != null) {
      next.cancel();
    }
  }
}
