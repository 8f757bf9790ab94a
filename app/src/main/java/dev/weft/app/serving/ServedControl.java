package dev.weft.app.serving;

import dev.weft.app.control.ControlServer;
import dev.weft.app.control.ControlSockets;
import dev.weft.app.control.PipelineControl;
import dev.weft.app.rollout.RunningRollouts;
import dev.weft.fabric.embedded.Weft;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How {@code weft ctl}, {@code weft flag} and {@code weft rollout} reach a server while it is open.
 * A variant that is swapped in must have its files.
 */
public final class ServedControl implements AutoCloseable {

  private final Optional<ControlServer> server;

  private ServedControl(Optional<ControlServer> server) {
    this.server = server;
  }

  /**
   * @param sockets the folder of the control sockets
   * @param rollouts empty where rollouts are off
   * @param end asks the process to end
   * @param warning told where there can be no socket, as the folder's path is too long
   * @throws dev.weft.app.control.ControlException if the socket cannot be had
   */
  public static ServedControl open(
      Path sockets,
      Weft weft,
      Optional<RunningRollouts> rollouts,
      Runnable end,
      Consumer<String> warning) {
    var socket = ControlSockets.own(sockets);
    if (!ControlSockets.isShortEnough(socket)) {
      warning.accept(
          "weft: '%s' is too long for a control socket; serving without one".formatted(socket));
      return new ServedControl(Optional.empty());
    }
    var control =
        new PipelineControl(
            weft, (_, _, _) -> {}, rollouts.map(PipelineControl.RolloutDesk.class::cast), end);
    return new ServedControl(Optional.of(ControlServer.open(socket, control::answer)));
  }

  @Override
  public void close() {
    server.ifPresent(ControlServer::close);
  }
}
