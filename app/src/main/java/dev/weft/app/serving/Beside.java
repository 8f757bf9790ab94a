package dev.weft.app.serving;

import dev.weft.gateway.metrics.Figures;
import java.util.Optional;

/**
 * What runs beside a server.
 *
 * @param running ends it when it is closed
 * @param cluster that the process is a node of; empty if it is of none
 */
public record Beside(AutoCloseable running, Optional<ServedCluster> cluster)
    implements AutoCloseable {

  /** Nothing. */
  public static Beside nothing() {
    return new Beside(() -> {}, Optional.empty());
  }

  /** Told with the server's own. */
  public Figures figures() {
    return cluster.isPresent() ? cluster.get() : Figures.NONE;
  }

  @Override
  public void close() throws Exception {
    running.close();
  }
}
