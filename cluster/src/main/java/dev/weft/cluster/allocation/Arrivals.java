package dev.weft.cluster.allocation;

import com.typesafe.config.Config;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * How many frames of each shard of the site's sessions come to this node first, averaged so that
 * what was longer ago counts less. Threadsafe; counting waits for nobody.
 */
public final class Arrivals {

  /** Told of are also rates that attach nothing, but say that a shard's frames come elsewhere. */
  private static final double TOLD_SHARE = 0.1;

  private final LongAdder[] counts;
  private final double[] rates;
  private final LocalitySettings settings;
  private final LongSupplier nanos;
  private long lookedAt;

  Arrivals(int shards, LocalitySettings settings, LongSupplier nanos) {
    this.counts = new LongAdder[shards];
    for (var shard = 0; shard < shards; shard++) {
      counts[shard] = new LongAdder();
    }
    this.rates = new double[shards];
    this.settings = settings;
    this.nanos = nanos;
    this.lookedAt = nanos.getAsLong();
  }

  /**
   * None yet.
   *
   * @param shards of the site
   * @param nanos monotonic time
   */
  public static Arrivals of(int shards, Config config, LongSupplier nanos) {
    return new Arrivals(shards, AllocationSettings.from(config).locality(), nanos);
  }

  /** A frame of a session came from outside. */
  public void came(String session) {
    if (settings.isOn()) {
      counts[Shards.of(session, counts.length)].increment();
    }
  }

  /** Frames in a second by shard, of those where that is worth telling; to be asked regularly. */
  public synchronized Map<Integer, Double> rates() {
    var now = nanos.getAsLong();
    var passed = Duration.ofNanos(now - lookedAt);
    if (passed.isPositive()) {
      average(passed);
      lookedAt = now;
    }
    var told = new HashMap<Integer, Double>();
    for (var shard = 0; shard < rates.length; shard++) {
      if (rates[shard] >= settings.rateMin() * TOLD_SHARE) {
        told.put(shard, rates[shard]);
      }
    }
    return told;
  }

  private void average(Duration passed) {
    var seconds = (double) passed.toNanos() / TimeUnit.SECONDS.toNanos(1);
    var kept = Math.exp(-(double) passed.toNanos() / settings.over().toNanos());
    for (var shard = 0; shard < rates.length; shard++) {
      rates[shard] = rates[shard] * kept + counts[shard].sumThenReset() / seconds * (1 - kept);
    }
  }
}
