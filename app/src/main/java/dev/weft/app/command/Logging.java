package dev.weft.app.command;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;

/** How much is logged on stderr. */
final class Logging {

  /** Of the HTTP stack, which logs by the JDK's own means; held, as the JDK forgets what is not. */
  private static final java.util.logging.Logger HTTP =
      java.util.logging.Logger.getLogger("io.helidon");

  /** Of the gRPC stack, which warns with a stack trace of each message that it refuses. */
  private static final java.util.logging.Logger GRPC =
      java.util.logging.Logger.getLogger("io.grpc");

  private Logging() {}

  /**
   * Sets the level for the rest of this process.
   *
   * @param verbosity 0 for warnings, 1 for what happens, 2 for everything
   */
  static void set(int verbosity) {
    if (LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME) instanceof Logger root) {
      root.setLevel(verbosity == 0 ? Level.WARN : verbosity == 1 ? Level.INFO : Level.DEBUG);
    }
    if (LoggerFactory.getLogger("akka") instanceof Logger akka) {
      akka.setLevel(verbosity == 0 ? Level.ERROR : verbosity == 1 ? Level.WARN : Level.INFO);
    }
    HTTP.setLevel(verbosity < 2 ? java.util.logging.Level.WARNING : java.util.logging.Level.INFO);
    GRPC.setLevel(verbosity < 2 ? java.util.logging.Level.SEVERE : java.util.logging.Level.INFO);
  }

  /** Has Weft itself say nothing, as its simulations meet what would alarm anyone. */
  static void mute() {
    if (LoggerFactory.getLogger("dev.weft") instanceof Logger weft) {
      weft.setLevel(Level.OFF);
    }
  }
}
