package dev.weft.bench.echo;

import com.typesafe.config.ConfigFactory;
import dev.weft.bench.load.EventLoad;
import dev.weft.link.exchange.Answer;
import dev.weft.link.exchange.ExchangeSettings;
import dev.weft.link.exchange.Peer;
import dev.weft.link.exchange.Peers;
import dev.weft.link.exchange.Request;
import dev.weft.link.identity.Address;
import dev.weft.link.identity.Security;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Asks over Weft's data link. */
public final class LinkCaller implements EventLoad.Caller {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration BACK_OFF = Duration.ofMillis(1);

  private final Peer peer;
  private final byte[] request;

  private LinkCaller(Peer peer, byte[] request) {
    this.peer = peer;
    this.request = request;
  }

  /** A link over which others ask. */
  public static final class Connection implements AutoCloseable {

    private final Peers peers;
    private final Peer peer;

    /** Begins to connect. */
    public Connection(int port) {
      this.peers =
          new Peers(
              "bench",
              ExchangeSettings.from(ConfigFactory.load()),
              Security.none(),
              new SecureRandom());
      this.peer = peers.at(Address.of("127.0.0.1:" + port));
    }

    /** So many callers that send so many bytes each time. */
    public List<LinkCaller> callers(int count, int bytes) {
      var callers = new ArrayList<LinkCaller>();
      for (var i = 0; i < count; i++) {
        callers.add(new LinkCaller(peer, new byte[bytes]));
      }
      return callers;
    }

    @Override
    public void close() {
      peers.close();
    }
  }

  @Override
  public void send(EventLoad.End end) {
    peer.ask(new Request(EchoServer.KIND, 0, request, PATIENCE))
        .whenComplete(
            (answer, problem) -> {
              switch (answer) {
                case Answer.Done _ -> end.answered(true);
                case Answer.Refused refused when !refused.mayHaveRun() -> end.answered(false);
                case Answer.Refused refused ->
                    end.failed(new IllegalStateException(refused.toString()));
                case null -> end.failed(new IllegalStateException(problem));
              }
            });
  }

  @Override
  public Duration backOff() {
    return BACK_OFF;
  }
}
