package dev.weft.sim.scenario;

import dev.weft.persistence.trace.Holds;
import dev.weft.persistence.trace.TraceItem;
import dev.weft.persistence.trace.TraceQuery;
import dev.weft.sim.invariant.Findings;
import dev.weft.sim.invariant.Liveness;
import dev.weft.sim.node.Site;
import dev.weft.sim.world.Network;
import dev.weft.sim.world.World;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Brings what an edge buffer has to a region, in order, again until it is acknowledged, and holds
 * it until then. Its cursor outlives the node; the region takes each record once, by its number.
 *
 * <p>Stands in for the outbox: what it checks is the buffer's part, that held records stay.
 */
final class Uplink implements Holds {

  private static final int BATCH = 200;
  private static final Duration EVERY = Duration.ofSeconds(20);

  private record Sent(long number, String digest) {}

  private final World world;
  private final Network network;
  private final String region;
  private final Findings findings;
  private final Map<Long, String> arrived = new TreeMap<>();
  private long sentUpTo;
  private long arrivedUpTo;

  Uplink(World world, Network network, String region, Findings findings) {
    this.world = world;
    this.network = network;
    this.region = region;
    this.findings = findings;
  }

  @Override
  public long heldFrom(String retentionClass) {
    return sentUpTo + 1;
  }

  /** What the region has, by number. */
  Map<Long, String> arrived() {
    return arrived;
  }

  /** Sends now and then, as long as the world goes on. */
  void start(Site site) {
    world.after(
        EVERY,
        () -> {
          send(site);
          start(site);
        });
  }

  void send(Site site) {
    if (site.node().isEmpty()) {
      return;
    }
    try {
      var batch = next(site);
      if (!batch.isEmpty()) {
        network.send(site.host().name(), region, () -> arrive(site, batch));
      }
    } catch (IOException e) {
      findings.add(Liveness.NAME, "uplink: " + e);
    }
  }

  private List<Sent> next(Site site) throws IOException {
    var batch = new ArrayList<Sent>();
    var query = TraceQuery.all().fromNumber(sentUpTo + 1);
    try (var cursor = site.node().orElseThrow().store().read(query)) {
      for (var item = cursor.next();
          item.isPresent() && batch.size() < BATCH;
          item = cursor.next()) {
        if (item.get() instanceof TraceItem.TraceRecord record) {
          var digest =
              record.payload().length
                  + "-"
                  + Integer.toHexString(Arrays.hashCode(record.payload()));
          batch.add(new Sent(record.number(), digest));
        }
      }
    }
    return batch;
  }

  private void arrive(Site site, List<Sent> batch) {
    for (var sent : batch) {
      if (sent.number() > arrivedUpTo) {
        arrived.put(sent.number(), sent.digest());
        arrivedUpTo = sent.number();
      }
    }
    var upTo = arrivedUpTo;
    network.send(
        region,
        site.host().name(),
        () -> {
          if (upTo > sentUpTo) {
            sentUpTo = upTo;
            send(site);
          }
        });
  }
}
