package dev.weft.fabric.session;

import java.util.concurrent.ConcurrentHashMap;

/**
 * How much the contexts of each tenant's sessions on this node take together, and no more than they
 * may. Sessions take room before they store and give it back when they shrink or stop. Safe for use
 * by many threads.
 */
public final class TenantContexts {

  private final int bytesMax;
  private final ConcurrentHashMap<String, Long> bytes = new ConcurrentHashMap<>();

  /**
   * @param bytesMax most bytes of one tenant
   */
  public TenantContexts(int bytesMax) {
    this.bytesMax = bytesMax;
  }

  /** Takes room if there is enough. */
  boolean tryTake(String tenant, int wanted) {
    var taken = new boolean[1];
    bytes.compute(
        tenant,
        (_, held) -> {
          var before = held == null ? 0 : held;
          taken[0] = before + wanted <= bytesMax;
          return taken[0] ? Long.valueOf(before + wanted) : held;
        });
    return taken[0];
  }

  /** Takes room that is in use already, as by a session that was just recovered. */
  void take(String tenant, int used) {
    bytes.merge(tenant, (long) used, Long::sum);
  }

  void giveBack(String tenant, int unused) {
    bytes.computeIfPresent(tenant, (_, held) -> held - unused > 0 ? held - unused : null);
  }

  /** Bytes in use by a tenant. */
  public long bytes(String tenant) {
    return bytes.getOrDefault(tenant, 0L);
  }

  int bytesMax() {
    return bytesMax;
  }
}
