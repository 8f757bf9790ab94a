package dev.weft.sim.node;

import dev.weft.persistence.outbox.Delivery;
import dev.weft.persistence.outbox.Sink;
import dev.weft.sim.world.Host;
import dev.weft.sim.world.Network;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Brings batches over a network to a region, and its answers back. Some batches are damaged on
 * their way.
 */
public final class NetworkSink implements Sink {

  private final Host host;
  private final Network network;
  private final Region region;
  private final double damage;

  /**
   * @param host from where it sends, in its present life
   * @param damage share of batches of which a bit is turned, 0 to 1
   */
  public NetworkSink(Host host, Network network, Region region, double damage) {
    this.host = host;
    this.network = network;
    this.region = region;
    this.damage = damage;
  }

  @Override
  public CompletionStage<Delivery> deliver(byte[] envelope) {
    var sent = onItsWay(envelope);
    return ask(() -> region.receive(sent));
  }

  @Override
  public CompletionStage<Delivery> reached(String source) {
    return ask(() -> region.reached(source));
  }

  private CompletionStage<Delivery> ask(Supplier<Optional<Delivery>> there) {
    var answer = new CompletableFuture<Delivery>();
    network.send(
        host.name(),
        region.name(),
        () ->
            there
                .get()
                .ifPresent(
                    delivery ->
                        network.send(region.name(), host.name(), () -> answer.complete(delivery))));
    return answer;
  }

  private byte[] onItsWay(byte[] envelope) {
    var random = host.world().faults();
    var sent = envelope.clone();
    if (random.nextDouble() < damage) {
      sent[random.nextInt(sent.length)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
    }
    return sent;
  }

  @Override
  public void close() {}
}
