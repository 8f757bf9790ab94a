package dev.weft.link.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A TCP proxy on loopback that makes the way to a server worse, now and again: cuts it, drops what
 * is sent, delays or throttles it. Needs no rights. Threadsafe; what is set counts for open and for
 * new connections.
 *
 * <pre>{@code
 * try (var proxy = FaultProxy.before("127.0.0.1", server.port())) {
 *   connect(proxy.port());
 *   proxy.drop(FaultProxy.Way.BOTH); // half-dead: connections stay, and nothing comes through
 *   proxy.heal();
 * }
 * }</pre>
 */
public final class FaultProxy implements AutoCloseable {

  private static final int CONNECT_MILLIS = 5_000;

  private final InetSocketAddress server;
  private final ServerSocket listening;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final Shape toServer = new Shape();
  private final Shape toClient = new Shape();
  private volatile boolean isRefusing;
  private volatile boolean isClosed;

  /** Which way a fault counts for. */
  public enum Way {
    TO_SERVER,
    TO_CLIENT,
    BOTH
  }

  private FaultProxy(InetSocketAddress server, ServerSocket listening) {
    this.server = server;
    this.listening = listening;
  }

  /**
   * Begins to listen on a free port of loopback.
   *
   * @throws UncheckedIOException if there is none
   */
  public static FaultProxy before(String host, int port) {
    try {
      var listening = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
      var proxy = new FaultProxy(new InetSocketAddress(host, port), listening);
      Thread.ofVirtual().name("fault-proxy").start(proxy::accept);
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return listening.getLocalPort();
  }

  /** Connections there are. */
  public int connections() {
    return open.size() / 2;
  }

  /** Ends all connections at once, and refuses new ones until {@link #heal}. */
  public void cut() {
    isRefusing = true;
    breakConnections();
  }

  /** Ends all connections at once; new ones are welcome. */
  public void breakConnections() {
    for (var socket : open) {
      close(socket);
    }
  }

  /** Lets nothing through, and nobody know: what is sent that way is swallowed. */
  public void drop(Way way) {
    shapes(way, shape -> shape.isDropping = true);
  }

  /** Has everything come later by so much. */
  public void delay(Way way, Duration by) {
    shapes(way, shape -> shape.delay(by));
  }

  /** Lets through at most so many bytes a second. */
  public void throttle(Way way, long bytesPerSecond) {
    shapes(way, shape -> shape.throttle(bytesPerSecond));
  }

  /** Lets everything through again, as if nothing had been. What was swallowed stays lost. */
  public void heal() {
    if (toServer.isDropping || toClient.isDropping) {
      // A stream with a hole in it is no stream: as after a long cut, it ends, before more goes on.
      cut();
    }
    shapes(Way.BOTH, Shape::heal);
    isRefusing = false;
  }

  private void shapes(Way way, java.util.function.Consumer<Shape> change) {
    if (way != Way.TO_CLIENT) {
      change.accept(toServer);
    }
    if (way != Way.TO_SERVER) {
      change.accept(toClient);
    }
  }

  private void accept() {
    while (!isClosed) {
      try {
        var client = listening.accept();
        if (isRefusing) {
          close(client);
        } else {
          Thread.ofVirtual().name("fault-proxy-connection").start(() -> connect(client));
        }
      } catch (IOException e) {
        return;
      }
    }
  }

  private void connect(Socket client) {
    var onward = new Socket();
    try {
      onward.connect(server, CONNECT_MILLIS);
      client.setTcpNoDelay(true);
      onward.setTcpNoDelay(true);
    } catch (IOException e) {
      close(client);
      close(onward);
      return;
    }
    open.add(client);
    open.add(onward);
    if (isRefusing || isClosed) {
      close(client);
      close(onward);
    }
    pump(client, onward, toServer);
    pump(onward, client, toClient);
  }

  private void pump(Socket from, Socket to, Shape shape) {
    Thread.ofVirtual()
        .name("fault-proxy-way")
        .start(
            () -> {
              try {
                new Conveyance(from, to, shape).run();
              } finally {
                close(from);
                close(to);
                open.remove(from);
                open.remove(to);
              }
            });
  }

  /** As a cable that is pulled: without a farewell that could take long. */
  private static void close(Socket socket) {
    try {
      if (!socket.isClosed()) {
        socket.setSoLinger(true, 0);
      }
    } catch (IOException _) {
      // It is closing already.
    }
    try {
      socket.close();
    } catch (IOException _) {
      // Nothing more can be done about it.
    }
  }

  @Override
  public void close() {
    isClosed = true;
    try {
      listening.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    breakConnections();
  }
}
