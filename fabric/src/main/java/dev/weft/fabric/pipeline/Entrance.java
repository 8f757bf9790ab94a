package dev.weft.fabric.pipeline;

import dev.weft.fabric.manifest.Door;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Counts the frames and bytes inside a pipeline and holds both to their bounds. Threadsafe: one
 * atomic word while no request has ever named a tenant here, and a lock from then on.
 *
 * <p>The word has a mark for tenants (1 bit), the frames (20 bits) and their bytes (43 bits).
 */
final class Entrance {

  private static final int BYTE_BITS = 43;
  private static final long BYTE_MASK = (1L << BYTE_BITS) - 1;
  private static final long FRAME = 1L << BYTE_BITS;
  private static final long TENANTS = Long.MIN_VALUE;

  private final int framesMax;
  private final long bytesMax;
  private final TenantShares tenants;
  private final AtomicLong word = new AtomicLong();

  Entrance(Door limits) {
    this.framesMax = Math.min(limits.maxInFlight(), 1_000_000);
    this.bytesMax = Math.min(limits.maxInFlightBytes(), BYTE_MASK);
    this.tenants = new TenantShares(framesMax);
  }

  int frames() {
    return frames(word.get());
  }

  /** Takes a place for a frame; the reason if there is none. */
  @Nullable DropReason enter(String tenant, long frameBytes) {
    for (var now = word.get(); now >= 0 && tenant.isEmpty(); now = word.get()) {
      var full = full(now, frameBytes);
      if (full != null) {
        return full;
      }
      if (word.compareAndSet(now, now + FRAME + frameBytes)) {
        return null;
      }
    }
    synchronized (tenants) {
      openTenants();
      var full = full(word.get(), frameBytes);
      if (full == DropReason.IN_FLIGHT_BYTES) {
        return full;
      }
      if (!tenants.enter(tenant)) {
        return DropReason.IN_FLIGHT_LIMIT;
      }
      word.addAndGet(FRAME + frameBytes);
      return null;
    }
  }

  void leave(String tenant, long frameBytes) {
    for (var now = word.get(); now >= 0; now = word.get()) {
      if (word.compareAndSet(now, now - FRAME - frameBytes)) {
        return;
      }
    }
    synchronized (tenants) {
      tenants.leave(tenant);
      word.addAndGet(-FRAME - frameBytes);
    }
  }

  private @Nullable DropReason full(long now, long frameBytes) {
    if (frameBytes > bytesMax - (now & BYTE_MASK)) {
      return DropReason.IN_FLIGHT_BYTES;
    }
    return frames(now) >= framesMax ? DropReason.IN_FLIGHT_LIMIT : null;
  }

  /** Tells the shares of the frames that came in before there were any. */
  private void openTenants() {
    for (var now = word.get(); now >= 0; now = word.get()) {
      if (word.compareAndSet(now, now | TENANTS)) {
        for (var frame = 0; frame < frames(now); frame++) {
          tenants.enter("");
        }
        return;
      }
    }
  }

  private static int frames(long now) {
    return (int) ((now & ~TENANTS) >>> BYTE_BITS);
  }
}
