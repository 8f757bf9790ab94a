package dev.weft.gateway.server;

import com.typesafe.config.ConfigFactory;
import dev.weft.fabric.embedded.Weft;
import dev.weft.gateway.grpc.GrpcGateway;
import dev.weft.gateway.grpc.GrpcSettings;
import dev.weft.gateway.http.Gateway;
import dev.weft.gateway.http.GatewaySettings;
import dev.weft.gateway.model.Serving;
import dev.weft.gateway.observatory.Desks;
import dev.weft.gateway.protection.Protection;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The Open Inference Protocol over HTTP and gRPC in front of the models of one fabric: started
 * together or not at all, drained as one.
 */
public final class ModelServer implements AutoCloseable {

  /** The version that clients are told where no program of ours serves. */
  private static final String EMBEDDED = "embedded";

  private final Serving serving;
  private final Gateway http;
  private final Optional<GrpcGateway> grpc;

  private ModelServer(Serving serving, Gateway http, Optional<GrpcGateway> grpc) {
    this.serving = serving;
    this.http = http;
    this.grpc = grpc;
  }

  /**
   * Starts to serve all pipelines that are, or will be, deployed, with the settings found on the
   * class path: without others on ports 8000 and 8001 of this machine, for whoever is on it.
   *
   * @throws dev.weft.gateway.http.GatewayException as the other {@link #start}
   */
  public static ModelServer start(Weft weft) {
    var config = ConfigFactory.load();
    return start(
        weft,
        GatewaySettings.from(config),
        GrpcSettings.from(config),
        Protection.none(),
        EMBEDDED,
        Desks.none());
  }

  /** As the other {@link #start}, where nothing is reloaded. */
  public static ModelServer start(
      Weft weft,
      GatewaySettings http,
      GrpcSettings grpc,
      Protection protection,
      String version,
      Desks desks) {
    return start(new Serving(weft, version), http, grpc, protection, desks);
  }

  /**
   * Starts to serve all pipelines that are, or will be, deployed.
   *
   * @param grpc without a port for HTTP only
   * @param protection stays the caller's
   * @param desks what operators may ask for
   * @throws dev.weft.gateway.http.GatewayException if an address cannot be listened on, or must not
   *     be; nothing is left open then
   */
  public static ModelServer start(
      Serving serving,
      GatewaySettings http,
      GrpcSettings grpc,
      Protection protection,
      Desks desks) {
    var overHttp = Gateway.start(serving, http, protection, desks);
    try {
      var overGrpc =
          grpc.port().isPresent()
              ? Optional.of(GrpcGateway.start(serving, http, grpc, protection))
              : Optional.<GrpcGateway>empty();
      return new ModelServer(serving, overHttp, overGrpc);
    } catch (RuntimeException e) {
      overHttp.close();
      throw e;
    }
  }

  /** Where it listens. */
  public InetAddress address() {
    return http.address();
  }

  public int httpPort() {
    return http.port();
  }

  /** Empty if gRPC is off. */
  public OptionalInt grpcPort() {
    return grpc.map(gateway -> OptionalInt.of(gateway.port())).orElse(OptionalInt.empty());
  }

  /**
   * Says over each protocol that it is not ready any more, lets no inference in, and waits for
   * those inside.
   *
   * @return whether all have been answered in time
   */
  public boolean drain(Duration patience) throws InterruptedException {
    grpc.ifPresent(GrpcGateway::endHealth);
    return serving.drain(patience);
  }

  /** Ends all connections. */
  @Override
  public void close() {
    grpc.ifPresent(GrpcGateway::close);
    http.close();
  }
}
