package dev.weft.app.serving;

import dev.weft.app.control.ControlServer;
import dev.weft.app.control.ControlSockets;
import dev.weft.app.control.PipelineControl;
import dev.weft.app.rollout.RunningRollouts;
import dev.weft.fabric.embedded.Weft;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How {@code weft ctl} and {@code weft rollout} reach a server that takes rollouts, while it is
 * open; one that takes none cannot be reached. A variant that is swapped in must have its files.
 */
public final class ServedControl implements AutoCloseable {

  private final Optional<ControlServer> server;

  private ServedControl(Optional<ControlServer> server) {
    this.server = server;
  }

  /**
   * @param sockets the folder of the control sockets
   * @param end asks the process to end
   * @throws dev.weft.app.control.ControlException if the socket cannot be had
   */
  public static ServedControl open(
      Path sockets, Weft weft, Optional<RunningRollouts> rollouts, Runnable end) {
    return new ServedControl(
        rollouts.map(
            running -> {
              var control = new PipelineControl(weft, (_, _, _) -> {}, Optional.of(running), end);
              return ControlServer.open(ControlSockets.own(sockets), control::answer);
            }));
  }

  @Override
  public void close() {
    server.ifPresent(ControlServer::close);
  }
}
