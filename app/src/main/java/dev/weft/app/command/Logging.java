package dev.weft.app.command;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.weft.gateway.log.LogDesk;
import dev.weft.gateway.log.Verbosity;
import org.slf4j.LoggerFactory;

/** How much is logged on stderr; the one desk of this process. */
final class Logging implements LogDesk {

  static final Logging DESK = new Logging();

  /** Of the HTTP stack, which logs by the JDK's own means; held, as the JDK forgets what is not. */
  private static final java.util.logging.Logger HTTP =
      java.util.logging.Logger.getLogger("io.helidon");

  /** Of the gRPC stack, which warns with a stack trace of each message that it refuses. */
  private static final java.util.logging.Logger GRPC =
      java.util.logging.Logger.getLogger("io.grpc");

  /** Of the exporter of spans, which tells of one outage again and again; Weft tells of it once. */
  private static final java.util.logging.Logger SPANS =
      java.util.logging.Logger.getLogger("io.opentelemetry.exporter");

  private volatile Verbosity verbosity = Verbosity.WARNINGS;

  private Logging() {}

  /** The verbosity that {@code -v} asks for, so many times. */
  static Verbosity verbosity(int times) {
    var all = Verbosity.values();
    return all[Math.min(times, all.length - 1)];
  }

  @Override
  public Verbosity verbosity() {
    return verbosity;
  }

  @Override
  public void set(Verbosity next) {
    verbosity = next;
    var level =
        switch (next) {
          case WARNINGS -> Level.WARN;
          case EVENTS -> Level.INFO;
          case ALL -> Level.DEBUG;
        };
    if (LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME) instanceof Logger root) {
      root.setLevel(level);
    }
    if (LoggerFactory.getLogger("akka") instanceof Logger akka) {
      akka.setLevel(
          switch (next) {
            case WARNINGS -> Level.ERROR;
            case EVENTS -> Level.WARN;
            case ALL -> Level.INFO;
          });
    }
    var isAll = next == Verbosity.ALL;
    HTTP.setLevel(isAll ? java.util.logging.Level.INFO : java.util.logging.Level.WARNING);
    GRPC.setLevel(isAll ? java.util.logging.Level.INFO : java.util.logging.Level.SEVERE);
    SPANS.setLevel(isAll ? java.util.logging.Level.INFO : java.util.logging.Level.OFF);
  }

  /** Has Weft itself say nothing, as its simulations meet what would alarm anyone. */
  static void mute() {
    if (LoggerFactory.getLogger("dev.weft") instanceof Logger weft) {
      weft.setLevel(Level.OFF);
    }
  }
}
