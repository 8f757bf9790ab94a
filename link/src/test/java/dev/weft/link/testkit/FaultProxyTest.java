package dev.weft.link.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.link.testkit.FaultProxy.Way;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultProxyTest {

  private static final String HOST = "127.0.0.1";

  private ServerSocket server;
  private FaultProxy proxy;

  @BeforeEach
  void start() throws IOException {
    server = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::echo);
    proxy = FaultProxy.before(HOST, server.getLocalPort());
  }

  private void echo() {
    while (!server.isClosed()) {
      try {
        var client = server.accept();
        Thread.ofVirtual()
            .start(
                () -> {
                  try (client) {
                    var _ = client.getInputStream().transferTo(client.getOutputStream());
                  } catch (IOException _) {
                    // It was cut, as it should be.
                  }
                });
      } catch (IOException _) {
        return;
      }
    }
  }

  @AfterEach
  void end() throws IOException {
    proxy.close();
    server.close();
  }

  private Socket connect() throws IOException {
    var socket = new Socket(HOST, proxy.port());
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static byte[] echoed(Socket socket, byte[] sent) throws IOException {
    var writer = Thread.ofVirtual().start(() -> write(socket, sent));
    var back = socket.getInputStream().readNBytes(sent.length);
    writer.interrupt();
    return back;
  }

  private static void write(Socket socket, byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
    } catch (IOException _) {
      // The reader finds out.
    }
  }

  private static byte[] noise(int bytes) {
    var noise = new byte[bytes];
    new Random(bytes).nextBytes(noise);
    return noise;
  }

  private static long millis(long sinceNanos) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - sinceNanos);
  }

  @Test
  void changesNothingUnasked() throws IOException {
    try (var socket = connect()) {
      var bytes = noise(1_000_000);
      assertArrayEquals(bytes, echoed(socket, bytes));
    }
  }

  @Test
  void cutsAndRefusesUntilItIsHealed() throws IOException {
    try (var socket = connect()) {
      assertEquals(1, echoed(socket, new byte[1]).length);
      proxy.cut();
      assertThrows(SocketException.class, () -> readToTheEnd(socket));
    }
    try (var refused = connect()) {
      assertThrows(SocketException.class, () -> readToTheEnd(refused));
    } catch (SocketException _) {
      // Or it was refused at once.
    }
    proxy.heal();
    try (var socket = connect()) {
      assertEquals(1, echoed(socket, new byte[1]).length);
    }
  }

  /** An end without a word counts as cut, too. */
  private static void readToTheEnd(Socket socket) throws IOException {
    if (socket.getInputStream().read() < 0) {
      throw new SocketException("ended");
    }
  }

  @Test
  void dropsAndKeepsTheConnection() throws IOException {
    try (var socket = connect()) {
      assertEquals(1, echoed(socket, new byte[1]).length);
      proxy.drop(Way.TO_CLIENT);
      socket.setSoTimeout(300);
      write(socket, new byte[10]);
      assertThrows(SocketTimeoutException.class, () -> readToTheEnd(socket));
      assertEquals(1, proxy.connections());
    }
  }

  @Test
  void delaysEachWay() throws IOException {
    try (var socket = connect()) {
      assertEquals(1, echoed(socket, new byte[1]).length);
      proxy.delay(Way.BOTH, Duration.ofMillis(150));
      var begun = System.nanoTime();
      assertEquals(1, echoed(socket, new byte[1]).length);
      assertTrue(millis(begun) >= 300, "took " + millis(begun) + " ms");
    }
  }

  @Test
  void throttles() throws IOException {
    proxy.throttle(Way.TO_SERVER, 1_000_000);
    try (var socket = connect()) {
      var bytes = noise(500_000);
      var begun = System.nanoTime();
      assertArrayEquals(bytes, echoed(socket, bytes));
      var took = millis(begun);
      assertTrue(took >= 450, "500 kB at 1 MB/s took " + took + " ms");
    }
  }
}
