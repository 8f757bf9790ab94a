package dev.weft.gateway.http;

import com.typesafe.config.Config;
import dev.weft.gateway.observatory.ObservatorySettings;
import dev.weft.gateway.protocol.ProtocolLimits;
import java.time.Duration;

/**
 * The settings under {@code weft.gateway}, read once; {@code reference.conf} tells their meaning
 * and defaults.
 *
 * @param port 0 for any that is free
 * @param readingBytesMax most memory for JSON that is being read
 */
public record GatewaySettings(
    String host,
    int port,
    boolean isBeyondLoopbackAllowed,
    ProtocolLimits limits,
    int readingBytesMax,
    Duration readingWait,
    int connectionsMax,
    Duration readTimeout,
    Duration bodyTimeout,
    long compressFromBytes,
    ObservatorySettings observatory) {

  public GatewaySettings {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("port: %d (expected: 0 to 65535)".formatted(port));
    }
    if (readingBytesMax < limits.jsonBytesMax()) {
      throw new IllegalArgumentException(
          "weft.gateway.reading: %d bytes (expected: >= the %d of weft.gateway.json)"
              .formatted(readingBytesMax, limits.jsonBytesMax()));
    }
    if (connectionsMax < 1) {
      throw new IllegalArgumentException(
          "weft.gateway.connections: %d (expected: >= 1)".formatted(connectionsMax));
    }
  }

  /**
   * @throws com.typesafe.config.ConfigException naming the setting that is missing or wrong
   * @throws IllegalArgumentException if one is out of its range
   */
  public static GatewaySettings from(Config config) {
    var gateway = config.getConfig("weft.gateway");
    return new GatewaySettings(
        gateway.getString("host"),
        gateway.getInt("port"),
        gateway.getBoolean("allow-beyond-loopback"),
        new ProtocolLimits(
            gateway.getBytes("body"),
            Math.toIntExact(gateway.getBytes("json")),
            gateway.getInt("tensors"),
            gateway.getLong("elements"),
            gateway.getInt("name-length"),
            gateway.getInt("parameters")),
        Math.toIntExact(gateway.getBytes("reading")),
        gateway.getDuration("reading-wait"),
        gateway.getInt("connections"),
        gateway.getDuration("read-timeout"),
        gateway.getDuration("body-timeout"),
        gateway.getBytes("compress-from"),
        ObservatorySettings.from(config));
  }

  /** The same on another address. */
  public GatewaySettings at(String otherHost, int otherPort, boolean beyondLoopback) {
    return new GatewaySettings(
        otherHost,
        otherPort,
        beyondLoopback,
        limits,
        readingBytesMax,
        readingWait,
        connectionsMax,
        readTimeout,
        bodyTimeout,
        compressFromBytes,
        observatory);
  }
}
