package dev.weft.app.control;

import dev.weft.fabric.json.Json;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers requests from other processes of the same user over a Unix domain socket: a line of JSON
 * for a line of JSON. A connection may ask many times; each request is at most 16 kB, and at most
 * 16 connections are open.
 */
public final class ControlServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);
  private static final int REQUEST_BYTES_MAX = 16 << 10;
  private static final int CONNECTIONS_MAX = 16;

  private final Path socket;
  private final ServerSocketChannel channel;
  private final Function<ControlRequest, Map<String, Object>> answers;
  private final Semaphore places = new Semaphore(CONNECTIONS_MAX);
  private final Set<SocketChannel> connections = ConcurrentHashMap.newKeySet();

  private ControlServer(
      Path socket,
      ServerSocketChannel channel,
      Function<ControlRequest, Map<String, Object>> answers) {
    this.socket = socket;
    this.channel = channel;
    this.answers = answers;
  }

  /**
   * Starts to listen.
   *
   * @param answers gives the fields of an answer; an exception's message becomes the error
   * @throws ControlException if the socket cannot be had
   */
  public static ControlServer open(
      Path socket, Function<ControlRequest, Map<String, Object>> answers) {
    ControlSockets.prepare(socket);
    var folder = socket.toAbsolutePath().getParent();
    if (folder != null) {
      ControlSockets.removeStaleIn(folder);
    }
    try {
      var channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      channel.bind(UnixDomainSocketAddress.of(socket));
      var server = new ControlServer(socket, channel, answers);
      Thread.ofVirtual().name("control").start(server::accept);
      return server;
    } catch (IOException e) {
      throw new ControlException(
          "control socket '%s': %s (expected: a path that can be bound)".formatted(socket, e), e);
    }
  }

  private void accept() {
    while (true) {
      try {
        var connection = channel.accept();
        if (places.tryAcquire()) {
          connections.add(connection);
          Thread.ofVirtual().start(() -> serve(connection));
        } else {
          connection.close();
        }
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        LOG.warn("control socket: {}", e.toString());
        return;
      }
    }
  }

  private void serve(SocketChannel connection) {
    try (connection) {
      var wire = new Wire(connection, REQUEST_BYTES_MAX);
      for (var line = wire.read(); line.isPresent(); line = wire.read()) {
        wire.write(Json.write(answer(line.get())));
      }
    } catch (IOException e) {
      LOG.info("control connection: {}", e.toString());
    } finally {
      connections.remove(connection);
      places.release();
    }
  }

  private Map<String, Object> answer(String line) {
    try {
      var request = ControlRequest.of(Json.readObject(line));
      LOG.info("control: {}", request);
      return answers.apply(request);
    } catch (RuntimeException e) {
      var message = e.getMessage();
      return Map.of("error", message == null ? e.toString() : message);
    }
  }

  /** Stops listening and ends all connections. */
  @Override
  public void close() {
    try {
      channel.close();
      for (var connection : connections) {
        connection.close();
      }
      Files.deleteIfExists(socket);
    } catch (IOException e) {
      LOG.warn("control socket '{}': {}", socket, e.toString());
    }
  }
}
