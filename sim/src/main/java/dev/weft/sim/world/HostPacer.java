package dev.weft.sim.world;

import dev.weft.persistence.segment.Pacer;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Steps a trace store or an outbox in a machine's time: when it asked for it, and soon after it is
 * woken. Of one life: what is planned when that has ended never happens.
 */
public final class HostPacer implements Pacer {

  private final Host host;
  private final int life;
  private @Nullable LongUnaryOperator step;
  private World.@Nullable Timer next;

  public HostPacer(Host host) {
    this.host = host;
    this.life = host.life();
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
    if (host.lives(life)) {
      next = host.timer(nanos, this::step);
    }
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
