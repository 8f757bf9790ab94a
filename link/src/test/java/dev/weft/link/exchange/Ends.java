package dev.weft.link.exchange;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.link.identity.Address;
import dev.weft.link.identity.Security;
import dev.weft.link.testkit.FaultProxy;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Both ends of a link, for tests: one answers, one asks, with a proxy between. */
final class Ends implements AutoCloseable {

  static final String HOST = "127.0.0.1";
  static final Duration LONG = Duration.ofSeconds(30);

  static final Handler ECHO =
      asked -> CompletableFuture.completedFuture(new Answer.Done(asked.payload()));

  private final Security security;
  private final Exchange exchange;
  private final FaultProxy proxy;
  private final Peers peers;
  private final Peer peer;

  private Ends(Security security, Exchange exchange, FaultProxy proxy, Peers peers, Peer peer) {
    this.security = security;
    this.exchange = exchange;
    this.proxy = proxy;
    this.peers = peers;
    this.peer = peer;
  }

  /**
   * @param changes of settings, by the name below {@code weft.link.exchange}
   */
  static Ends begin(Map<String, ?> changes, Map<String, Handler> handlers) throws IOException {
    var settings = TestSettings.quick(changes);
    var security = Security.none();
    var exchange = Exchange.listen(HOST, 0, settings, security, handlers);
    var proxy = FaultProxy.before(HOST, exchange.port());
    var peers = new Peers("test", settings, security, new SecureRandom());
    return new Ends(security, exchange, proxy, peers, peers.at(Address.of(HOST, proxy.port())));
  }

  FaultProxy proxy() {
    return proxy;
  }

  Exchange exchange() {
    return exchange;
  }

  Peers peers() {
    return peers;
  }

  Peer peer() {
    return peer;
  }

  CompletableFuture<Answer> ask(String kind, int lane, byte[] payload) {
    return ask(kind, lane, payload, LONG);
  }

  CompletableFuture<Answer> ask(String kind, int lane, byte[] payload, Duration timeLeft) {
    return peer.ask(new Request(kind, lane, payload, timeLeft));
  }

  static Answer get(CompletableFuture<Answer> answer) throws Exception {
    return answer.get(LONG.toSeconds(), TimeUnit.SECONDS);
  }

  static byte[] done(CompletableFuture<Answer> answer) throws Exception {
    return assertInstanceOf(Answer.Done.class, get(answer)).payload();
  }

  static Reason refused(CompletableFuture<Answer> answer) throws Exception {
    return assertInstanceOf(Answer.Refused.class, get(answer)).reason();
  }

  static void until(BooleanSupplier condition) {
    var end = System.nanoTime() + LONG.toNanos();
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, "waited for too long");
      LockSupport.parkNanos(1_000_000);
    }
  }

  void untilConnected() {
    until(() -> peer.status().state() == PeerStatus.State.CONNECTED);
  }

  @Override
  public void close() {
    peers.close();
    proxy.close();
    exchange.close();
    security.close();
  }
}
