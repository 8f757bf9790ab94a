package dev.weft.gateway.log;

import dev.weft.gateway.access.Caller;
import dev.weft.gateway.protocol.Fault;
import dev.weft.gateway.protocol.ProtocolException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.Optional;

/** The log of a server as clients see and change it, if its process lets them. Threadsafe. */
public final class Logs {

  /** As the protocol names what is offered where there is a desk. */
  public static final String EXTENSION = "logging";

  private static final Logger LOG = System.getLogger(Logs.class.getName());

  private final Optional<LogDesk> desk;

  private Logs(Optional<LogDesk> desk) {
    this.desk = desk;
  }

  /** Of a process that does not say how much it logs. */
  public static Logs none() {
    return new Logs(Optional.empty());
  }

  /** Those that {@code desk} says how much there is of. */
  public static Logs at(LogDesk desk) {
    return new Logs(Optional.of(desk));
  }

  public boolean areOffered() {
    return desk.isPresent();
  }

  /**
   * The settings as they are.
   *
   * @throws ProtocolException where there is no desk
   */
  public Map<String, Object> settings() {
    return LogSettings.of(desk().verbosity());
  }

  /**
   * Changes settings, and logs who did.
   *
   * @param caller may do so
   * @return all of them as they are then
   * @throws ProtocolException if one cannot be so, or there is no desk; nothing is changed then
   */
  public synchronized Map<String, Object> change(Caller caller, Map<String, ?> asked) {
    var before = desk().verbosity();
    var after = LogSettings.changed(before, asked);
    if (after != before) {
      LOG.log(Level.WARNING, "'%s' sets logging to %s".formatted(caller.name(), after));
      desk().set(after);
    }
    return LogSettings.of(after);
  }

  private LogDesk desk() {
    return desk.orElseThrow(
        () ->
            new ProtocolException(
                Fault.NOT_OFFERED, "log settings are not offered by this server (expected: one)"));
  }
}
