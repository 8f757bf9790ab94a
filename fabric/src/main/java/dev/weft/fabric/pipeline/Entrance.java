package dev.weft.fabric.pipeline;

import dev.weft.fabric.manifest.Door;
import org.jspecify.annotations.Nullable;

/** Counts the frames and bytes inside a pipeline and holds both to their bounds. Threadsafe. */
final class Entrance {

  private final Door limits;
  private final TenantShares tenants;
  private long bytes;
  private volatile int frames;

  Entrance(Door limits) {
    this.limits = limits;
    this.tenants = new TenantShares(limits.maxInFlight());
  }

  int frames() {
    return frames;
  }

  /** Takes a place for a frame; the reason if there is none. */
  synchronized @Nullable DropReason enter(String tenant, long frameBytes) {
    if (frameBytes > limits.maxInFlightBytes() - bytes) {
      return DropReason.IN_FLIGHT_BYTES;
    }
    if (!tenants.enter(tenant)) {
      return DropReason.IN_FLIGHT_LIMIT;
    }
    bytes += frameBytes;
    frames = tenants.inside();
    return null;
  }

  synchronized void leave(String tenant, long frameBytes) {
    tenants.leave(tenant);
    bytes -= frameBytes;
    frames = tenants.inside();
  }
}
