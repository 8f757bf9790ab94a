package dev.weft.gateway.http;

import dev.weft.fabric.embedded.Weft;
import dev.weft.gateway.error.ErrorAnswer;
import dev.weft.gateway.error.ErrorTable;
import dev.weft.gateway.model.Serving;
import dev.weft.gateway.observatory.Desks;
import dev.weft.gateway.observatory.Event;
import dev.weft.gateway.observatory.Observatory;
import dev.weft.gateway.protection.Protection;
import dev.weft.gateway.protection.TlsContext;
import io.helidon.common.tls.Tls;
import io.helidon.common.tls.TlsClientAuth;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http1.Http1Config;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The Open Inference Protocol over HTTP in front of the models of one fabric, and beside it what
 * operators see of them, while it is open.
 */
public final class Gateway implements AutoCloseable {

  private static final Duration GRACE = Duration.ofSeconds(1);
  private static final long BEYOND_BODY_BYTES = 4 << 20;

  private final WebServer server;
  private final Serving serving;
  private final Patience patience;
  private final Observatory observatory;
  private final InetAddress address;

  private Gateway(
      WebServer server,
      Serving serving,
      Patience patience,
      Observatory observatory,
      InetAddress address) {
    this.server = server;
    this.serving = serving;
    this.patience = patience;
    this.observatory = observatory;
    this.address = address;
  }

  /**
   * Starts to serve all pipelines that are, or will be, deployed.
   *
   * @param protection stays the caller's
   * @param version of the server, as it tells it to clients
   * @throws GatewayException if the address cannot be listened on, or must not be
   */
  public static Gateway start(
      Weft weft, GatewaySettings settings, Protection protection, String version) {
    return start(new Serving(weft, version), settings, protection, Desks.none());
  }

  /**
   * Starts to serve, beside the other protocols of {@code serving}.
   *
   * @param protection stays the caller's
   * @param desks what operators may ask for
   * @throws GatewayException if the address cannot be listened on, or must not be
   */
  public static Gateway start(
      Serving serving, GatewaySettings settings, Protection protection, Desks desks) {
    var patience = new Patience(settings.readTimeout());
    var replies = new Replies(settings, patience);
    var inference = new Inference(serving, settings, replies, patience);
    var observatory = Observatory.of(serving.weft(), serving.version(), settings.observatory());
    desks.rollouts().ifPresent(desk -> desk.tell(observatory.events()));
    serving.reloads().tell(told -> observatory.event(Event.Kind.RELOAD, "node", told));
    var bodies = new SmallBodies(settings, patience);
    var flags = serving.weft().flags();
    var operations = new Operations(observatory, desks, flags, replies, bodies, patience);
    var evaluations = new Evaluations(flags, bodies, replies);
    var entrance = new Entrance(protection.guard());
    var protocol =
        new Protocol(serving, entrance, inference, operations, evaluations, bodies, replies);
    try {
      var server = listen(settings, protection, patience, protocol);
      return new Gateway(server, serving, patience, observatory, address(settings, protection));
    } catch (GatewayException e) {
      observatory.close();
      throw e;
    }
  }

  /**
   * A server that answers everything by {@code handler}, with the bounds of {@code settings}.
   *
   * @param patience closed if it cannot start
   * @throws GatewayException if the address cannot be listened on, or must not be
   */
  static WebServer listen(
      GatewaySettings settings, Protection protection, Patience patience, Handler handler) {
    try {
      var address = address(settings, protection);
      requireFree(address, settings);
      return listen(address, settings, protection, patience, handler);
    } catch (GatewayException e) {
      patience.close();
      throw e;
    }
  }

  private static WebServer listen(
      InetAddress address,
      GatewaySettings settings,
      Protection protection,
      Patience patience,
      Handler handler) {
    var lastWord = new LastWord(patience);
    var http1 = Http1Config.builder().addReceiveListener(patience).addSendListener(lastWord);
    var builder =
        WebServer.builder()
            .address(address)
            .port(settings.port())
            .shutdownHook(false)
            .shutdownGracePeriod(GRACE)
            .maxTcpConnections(settings.connectionsMax())
            // An answer goes out in more than one write; a client would wait 40 ms for the last.
            .connectionOptions(options -> options.tcpNoDelay(true))
            // Of chunks, which the stack holds as a whole; what is a little too large is refused by
            // who reads it, as here it would be cut off.
            .maxPayloadSize(settings.limits().bodyBytesMax() + BEYOND_BODY_BYTES)
            .idleConnectionTimeout(settings.readTimeout())
            .idleConnectionPeriod(settings.readTimeout().dividedBy(4))
            .protocolsDiscoverServices(false)
            .addProtocol(http1.build())
            .featuresDiscoverServices(false)
            .contentEncoding(PassedThrough.context())
            .directHandlers(directHandlers(lastWord))
            .routing(routing -> routing.any(new Parting(handler, patience)));
    protection.tls().map(Gateway::tls).ifPresent(builder::tls);
    var server = builder.build();
    server.start();
    if (!server.isRunning()) {
      throw new GatewayException(
          "%s port %d: cannot be listened on (expected: a free port of this machine)"
              .formatted(settings.host(), settings.port()));
    }
    return server;
  }

  private static Tls tls(TlsContext context) {
    return Tls.builder()
        .sslContext(context)
        .sslParameters(context.parameters())
        .clientAuth(context.needsClientCertificate() ? TlsClientAuth.REQUIRED : TlsClientAuth.NONE)
        .build();
  }

  /**
   * The address to listen on, by whichever protocol.
   *
   * @throws GatewayException if there is none of this name, or it must not be listened on
   */
  public static InetAddress address(GatewaySettings settings, Protection protection) {
    try {
      var address = InetAddress.getByName(settings.host());
      protection
          .exposure()
          .refusal(settings.host(), address.isLoopbackAddress(), settings.isBeyondLoopbackAllowed())
          .ifPresent(
              why -> {
                throw new GatewayException(why);
              });
      return address;
    } catch (UnknownHostException e) {
      throw new GatewayException(
          "host: '%s' (expected: a name or number of this machine)".formatted(settings.host()), e);
    }
  }

  /** The stack would log why it cannot listen, and go on. */
  private static void requireFree(InetAddress address, GatewaySettings settings) {
    try (var probe = new ServerSocket()) {
      probe.bind(new InetSocketAddress(address, settings.port()));
    } catch (IOException e) {
      throw new GatewayException(
          "%s port %d: %s (expected: a free port of this machine)"
              .formatted(settings.host(), settings.port(), e.getMessage()),
          e);
    }
  }

  /** What is refused before it is a request has the same form as what is refused later. */
  private static DirectHandlers directHandlers(LastWord lastWord) {
    var handlers = DirectHandlers.builder();
    for (var type : DirectHandler.EventType.values()) {
      handlers.addHandler(
          type,
          (request, event, status, headers, message) -> {
            if (event == DirectHandler.EventType.BAD_REQUEST) {
              lastWord.next();
              headers.set(HeaderValues.CONNECTION_CLOSE);
            }
            return DirectHandler.TransportResponse.builder()
                .status(status)
                .headers(headers)
                .header(HeaderNames.CONTENT_TYPE, "application/json")
                .keepAlive(false)
                .entity(brokenHttp(status, message).json())
                .build();
          });
    }
    return handlers.build();
  }

  private static ErrorAnswer brokenHttp(Status status, @Nullable String message) {
    var said = message == null || message.isEmpty() ? status.reasonPhrase() : message;
    return ErrorTable.brokenHttp(status.code(), said);
  }

  /** Where it listens. */
  public InetAddress address() {
    return address;
  }

  /** The port it listens on. */
  public int port() {
    return server.port();
  }

  /**
   * Says that it is not ready any more, lets no inference in, and waits for those inside.
   *
   * @return whether all have been answered in time
   */
  public boolean drain(Duration patience) throws InterruptedException {
    return serving.drain(patience);
  }

  /** Ends all connections. */
  @Override
  public void close() {
    observatory.close(); // Ends streams, which would keep their connections from ending.
    server.stop();
    patience.close();
  }
}
