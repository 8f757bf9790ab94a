package dev.weft.gateway.http;

import dev.weft.fabric.embedded.Weft;
import dev.weft.gateway.metrics.Figures;
import dev.weft.gateway.metrics.Metrics;
import dev.weft.gateway.metrics.MetricsSettings;
import dev.weft.gateway.model.Serving;
import dev.weft.gateway.protection.Protection;
import java.util.OptionalInt;

/** A node's metrics at {@code /metrics} on a port of their own, while it is open. */
public final class MetricsServer implements AutoCloseable {

  private final OptionalInt port;
  private final Runnable end;

  private MetricsServer(OptionalInt port, Runnable end) {
    this.port = port;
    this.end = end;
  }

  /** As the other {@link #start}, where nothing is reloaded and no request is traced. */
  public static MetricsServer start(
      Weft weft,
      GatewaySettings gateway,
      MetricsSettings settings,
      Protection protection,
      String version) {
    return start(new Serving(weft, version), gateway, settings, protection, Figures.NONE);
  }

  /**
   * Starts to count and to serve; does neither if metrics are off.
   *
   * @param gateway whose host and bounds on connections hold here, too
   * @param protection stays the caller's
   * @param further told on the same page
   * @throws GatewayException if the address cannot be listened on, or must not be
   */
  public static MetricsServer start(
      Serving serving,
      GatewaySettings gateway,
      MetricsSettings settings,
      Protection protection,
      Figures further) {
    if (settings.port().isEmpty()) {
      return new MetricsServer(OptionalInt.empty(), () -> {});
    }
    var here =
        gateway.at(gateway.host(), settings.port().getAsInt(), gateway.isBeyondLoopbackAllowed());
    var metrics = Metrics.of(serving, settings, protection.guard().refusals(), further);
    var patience = new Patience(here.readTimeout());
    try {
      var page =
          new MetricsPage(new Entrance(protection.guard()), metrics, new Replies(here, patience));
      var server = Gateway.listen(here, protection, patience, page);
      return new MetricsServer(
          OptionalInt.of(server.port()),
          () -> {
            server.stop();
            patience.close();
            metrics.close();
          });
    } catch (GatewayException e) {
      metrics.close();
      throw e;
    }
  }

  /** The port it listens on; empty if metrics are off. */
  public OptionalInt port() {
    return port;
  }

  /** Ends all connections, and counts no more. */
  @Override
  public void close() {
    end.run();
  }
}
