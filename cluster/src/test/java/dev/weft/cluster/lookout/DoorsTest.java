package dev.weft.cluster.lookout;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.link.identity.Address;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DoorsTest {

  private final Doors doors = new Doors(Duration.ofSeconds(2));

  @Test
  void whereNobodyListensConnectionsAreRefused() throws IOException {
    assertEquals(Knock.REFUSED, doors.knock(neighbour(closed(), closed())).join());
  }

  @Test
  void oneOpenDoorIsEnoughToBeThere() throws IOException {
    try (var open = listening()) {
      assertEquals(Knock.UNCLEAR, doors.knock(neighbour(open.getLocalPort(), closed())).join());
      assertEquals(Knock.UNCLEAR, doors.knock(neighbour(closed(), open.getLocalPort())).join());
    }
  }

  @Test
  void aNameThatNobodyKnowsSaysNothing() throws IOException {
    var nowhere = Address.of("no-such-node.invalid", 25520);

    assertEquals(Knock.UNCLEAR, doors.knock(new Neighbour(nowhere, 1, nowhere)).join());
  }

  /** As of a process that stands still: its machine takes connections in its name. */
  @Test
  void whoTakesConnectionsAndSaysNothingIsThere() throws IOException {
    try (var still = listening()) {
      var port = still.getLocalPort();
      assertEquals(Knock.UNCLEAR, doors.knock(neighbour(port, port)).join());
    }
  }

  private static Neighbour neighbour(int actors, int link) {
    return new Neighbour(Address.of("127.0.0.1", actors), 1, Address.of("127.0.0.1", link));
  }

  private static ServerSocket listening() throws IOException {
    return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  private static int closed() throws IOException {
    try (var socket = listening()) {
      return socket.getLocalPort();
    }
  }
}
