package dev.weft.app.control;

import dev.weft.fabric.json.Json;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** Asks a running process. */
public final class ControlClient {

  private static final int ANSWER_BYTES_MAX = 4 << 20;

  private ControlClient() {}

  /**
   * The one running process, or the one of this id.
   *
   * @throws ControlException if there is none, or several and no id to choose by
   */
  public static Path find(Path folder, OptionalLong pid) {
    var running = ControlSockets.running(folder);
    if (pid.isPresent()) {
      return running.stream()
          .filter(each -> each.pid() == pid.getAsLong())
          .findFirst()
          .map(ControlSockets.Running::socket)
          .orElseThrow(
              () ->
                  new ControlException(
                      "pid: %d (expected: %s)".formatted(pid.getAsLong(), known(running))));
    }
    if (running.size() != 1) {
      throw new ControlException(
          running.isEmpty()
              ? "no weft is running here (expected: a 'weft serve', or one started as 'weft run"
                  + " PIPELINE --repeat forever')"
              : "several are running; choose one by --pid (expected: %s)"
                  .formatted(known(running)));
    }
    return running.getFirst().socket();
  }

  private static String known(List<ControlSockets.Running> running) {
    return running.isEmpty()
        ? "a running weft, but there is none"
        : "one of "
            + running.stream()
                .map(each -> Long.toString(each.pid()))
                .collect(Collectors.joining(", "));
  }

  /**
   * Asks and waits for the answer.
   *
   * @return the answer's fields
   * @throws ControlException with the process's own words if it refused, or if it cannot be reached
   */
  public static Map<String, Object> ask(Path socket, ControlRequest request) {
    try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      var wire = new Wire(channel, ANSWER_BYTES_MAX);
      wire.write(Json.write(request.object()));
      var answer = Json.readObject(wire.read().orElseThrow(() -> gone(socket)));
      Optional.ofNullable(answer.get("error"))
          .ifPresent(
              error -> {
                throw new ControlException(error.toString());
              });
      return answer;
    } catch (IOException e) {
      throw new ControlException(
          "control socket '%s': %s (expected: a running weft)".formatted(socket, e.getMessage()),
          e);
    }
  }

  private static ControlException gone(Path socket) {
    return new ControlException(
        "control socket '%s': closed without an answer (expected: one)".formatted(socket));
  }
}
