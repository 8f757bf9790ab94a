package dev.weft.gateway.server;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.weft.fabric.embedded.Weft;
import dev.weft.gateway.grpc.GrpcGateway;
import dev.weft.gateway.grpc.GrpcSettings;
import dev.weft.gateway.http.Gateway;
import dev.weft.gateway.http.GatewaySettings;
import dev.weft.gateway.log.Logs;
import dev.weft.gateway.model.Serving;
import dev.weft.gateway.observatory.Desks;
import dev.weft.gateway.protection.Protection;
import dev.weft.gateway.protection.ProtectionSettings;
import dev.weft.gateway.region.RegionSettings;
import dev.weft.gateway.region.Regions;
import dev.weft.gateway.tracing.Tracing;
import dev.weft.gateway.tracing.TracingSettings;
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
  private final Optional<Own> own;

  private ModelServer(
      Serving serving, Gateway http, Optional<GrpcGateway> grpc, Optional<Own> own) {
    this.serving = serving;
    this.http = http;
    this.grpc = grpc;
    this.own = own;
  }

  /**
   * As {@link #start(Weft, Config)}, with the settings found on the class path: without any on
   * ports 8000 and 8001 of this machine, for whoever is on it.
   */
  public static ModelServer start(Weft weft) {
    return start(weft, ConfigFactory.load());
  }

  /**
   * Starts to serve all pipelines that are, or will be, deployed.
   *
   * @param config with {@code weft.gateway}, of which metrics, reloading and log settings are for
   *     {@code weft serve} alone
   * @throws dev.weft.gateway.http.GatewayException as the other {@link #start}
   * @throws dev.weft.gateway.protection.ProtectionException if TLS cannot be had as they say
   * @throws dev.weft.fabric.manifest.ManifestException with everything that is wrong with accounts
   */
  public static ModelServer start(Weft weft, Config config) {
    var http = GatewaySettings.from(config);
    var grpc = GrpcSettings.from(config);
    var regions = Regions.of(RegionSettings.from(config));
    var tracing = TracingSettings.from(config);
    var own = Own.open(ProtectionSettings.from(config), tracing);
    try {
      var serving = new Serving(weft, EMBEDDED, regions, Logs.none(), own.tracing());
      return start(serving, http, grpc, own.protection(), Desks.none(), Optional.of(own));
    } catch (RuntimeException e) {
      own.close();
      throw e;
    }
  }

  /** What a server opened for itself, and closes. */
  private record Own(Protection protection, Tracing tracing) implements AutoCloseable {

    static Own open(ProtectionSettings protection, Optional<TracingSettings> tracing) {
      return new Own(Protection.open(protection), Tracing.of(tracing, EMBEDDED));
    }

    @Override
    public void close() {
      protection.close();
      tracing.close();
    }
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
    return start(serving, http, grpc, protection, desks, Optional.empty());
  }

  private static ModelServer start(
      Serving serving,
      GatewaySettings http,
      GrpcSettings grpc,
      Protection protection,
      Desks desks,
      Optional<Own> own) {
    var overHttp = Gateway.start(serving, http, protection, desks);
    try {
      var overGrpc =
          grpc.port().isPresent()
              ? Optional.of(GrpcGateway.start(serving, http, grpc, protection))
              : Optional.<GrpcGateway>empty();
      return new ModelServer(serving, overHttp, overGrpc, own);
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
    own.ifPresent(Own::close);
  }
}
