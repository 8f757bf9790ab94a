package dev.weft.bench.gateway;

import dev.weft.bench.load.EventLoad;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Connections over HTTP/1.1 that share one thread, as lean as can be, as it shares the cores with
 * the server. It ends with its connections.
 */
public final class HttpLoop implements AutoCloseable {

  private final Selector selector = Selector.open();

  /** Begins to wait for answers. */
  public HttpLoop() throws IOException {
    Thread.ofPlatform().daemon().name("http-loop").start(this::run);
  }

  /** Connects once more. */
  public LoadConnection connect(int port, HttpRequest request) throws IOException {
    var channel = HttpCaller.connect(port);
    channel.configureBlocking(false);
    var connection = new Line(channel, request);
    channel.register(selector, SelectionKey.OP_READ, connection);
    selector.wakeup();
    return connection;
  }

  private void run() {
    try {
      while (selector.isOpen()) {
        var _ = selector.select(HttpLoop::read);
      }
    } catch (ClosedSelectorException e) {
      // As it is closed.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void read(SelectionKey key) {
    if (key.attachment() instanceof Line line) {
      line.read(key);
    }
  }

  @Override
  public void close() throws IOException {
    selector.close();
  }

  private static final class Line implements LoadConnection {
    private final SocketChannel channel;
    private final ByteBuffer request;
    private final HttpAnswer answer = new HttpAnswer();
    private Duration backOff = HttpAnswer.NOT_TOLD;
    private volatile EventLoad.@Nullable End end;

    Line(SocketChannel channel, HttpRequest request) {
      this.channel = channel;
      this.request = ByteBuffer.allocateDirect(request.bytes().length).put(request.bytes()).flip();
    }

    @Override
    public void send(EventLoad.End told) {
      answer.begin();
      end = told;
      // The answer, and with it the next call, may come on another thread before this one returns.
      var bytes = request.duplicate();
      try {
        // A request is less than what a socket takes, so this does not spin.
        while (bytes.hasRemaining()) {
          var _ = channel.write(bytes);
        }
      } catch (IOException e) {
        told.failed(e);
      }
    }

    void read(SelectionKey key) {
      var told = Objects.requireNonNull(end, "bytes that nobody asked for");
      try {
        if (answer.read(channel)) {
          var hasCompleted = answer.hasCompleted();
          if (!hasCompleted) {
            backOff = answer.backOff();
          }
          told.answered(hasCompleted);
        }
      } catch (IOException e) {
        key.cancel();
        told.failed(e);
      }
    }

    @Override
    public Duration backOff() {
      return backOff;
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
