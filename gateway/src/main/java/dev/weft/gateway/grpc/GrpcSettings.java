package dev.weft.gateway.grpc;

import com.typesafe.config.Config;
import dev.weft.gateway.port.OptionalPort;
import java.time.Duration;
import java.util.OptionalInt;

/**
 * The settings under {@code weft.gateway.grpc}, read once; what holds for every protocol, such as
 * the host and the bounds on a request, is in {@link dev.weft.gateway.http.GatewaySettings}.
 *
 * @param port 0 for any that is free; empty if gRPC is off
 * @param callsMax most calls at once, of all connections
 * @param callsPerConnectionMax most calls at once of one connection
 * @param streamRequestsMax most requests of one stream that are not answered yet
 * @param receivingBytesMax most memory for messages that have come and are not read into tensors
 * @param answeringBytesMax most memory for answers that have not been taken
 * @param idle most time a connection stays open without a call
 */
public record GrpcSettings(
    OptionalInt port,
    int callsMax,
    int callsPerConnectionMax,
    int streamRequestsMax,
    long receivingBytesMax,
    long answeringBytesMax,
    Duration idle) {

  public GrpcSettings {
    positive("calls", callsMax);
    positive("calls-per-connection", callsPerConnectionMax);
    positive("stream-requests", streamRequestsMax);
    positive("receiving", receivingBytesMax);
    positive("answering", answeringBytesMax);
    positive("idle", idle.toSeconds());
  }

  private static void positive(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "weft.gateway.grpc.%s: %d (expected: >= 1)".formatted(name, value));
    }
  }

  /**
   * @throws com.typesafe.config.ConfigException naming the setting that is missing or wrong
   * @throws IllegalArgumentException if one is out of its range
   */
  public static GrpcSettings from(Config config) {
    var grpc = config.getConfig("weft.gateway.grpc");
    return new GrpcSettings(
        OptionalPort.of("weft.gateway.grpc.port", grpc.getString("port")),
        grpc.getInt("calls"),
        grpc.getInt("calls-per-connection"),
        grpc.getInt("stream-requests"),
        grpc.getBytes("receiving"),
        grpc.getBytes("answering"),
        grpc.getDuration("idle"));
  }

  /** The same on another port. */
  public GrpcSettings at(OptionalInt otherPort) {
    return new GrpcSettings(
        otherPort,
        callsMax,
        callsPerConnectionMax,
        streamRequestsMax,
        receivingBytesMax,
        answeringBytesMax,
        idle);
  }
}
