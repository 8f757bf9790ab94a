package dev.weft.link.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.persistence.disk.FolderDisk;
import dev.weft.persistence.outbox.BatchItem;
import dev.weft.persistence.outbox.Inbox;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two real processes, of which one or the other is killed again and again while they work. */
class KillTest {

  private static final int KILLS = Integer.getInteger("weft.kills", 4);
  private static final long SEED = Long.getLong("weft.seed", 20261124L);
  private static final int LAST_RECORDS = 50;

  @TempDir Path folder;

  private final List<String> promised = new ArrayList<>();

  /** A child and what it prints. */
  private record Child(Process process, BufferedReader out) implements AutoCloseable {

    /** Ends it as {@code kill -9} does. */
    @Override
    public void close() {
      process.destroyForcibly();
      var interrupted = false;
      while (process.isAlive()) {
        try {
          process.waitFor();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static Child start(Class<?> main, String... args) throws IOException {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--sun-misc-unsafe-memory-access=allow",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    command.addAll(List.of(args));
    var process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    return new Child(process, process.inputReader(StandardCharsets.UTF_8));
  }

  private Child receiver(int port) throws IOException {
    var child =
        start(KilledReceiver.class, folder.resolve("inbox").toString(), String.valueOf(port));
    assertEquals("listening", child.out().readLine());
    return child;
  }

  private Child sender(int port, int life, int records) throws IOException {
    return start(
        KilledSender.class,
        folder.toString(),
        String.valueOf(port),
        String.valueOf(life),
        String.valueOf(records));
  }

  /** Reads lines of promises; all of them until the child ends if {@code lines} is negative. */
  private void read(Child sender, int lines) throws IOException {
    for (var i = 0; i != lines; i++) {
      var line = sender.out().readLine();
      if (line == null || line.equals("drained")) {
        assertTrue(lines < 0, "the sender ended by itself");
        return;
      }
      promised.add(line.substring("kept ".length()));
    }
  }

  @Test
  void whicheverSideIsKilledEveryPromisedRecordArrivesOnce() throws IOException {
    var random = new Random(SEED);
    var port = freePort();
    var receiver = receiver(port);
    try {
      for (var kill = 0; kill < KILLS; kill++) {
        try (var sender = sender(port, kill, Integer.MAX_VALUE)) {
          read(sender, 1 + random.nextInt(150));
          if (random.nextBoolean()) {
            receiver.close();
            read(sender, random.nextInt(100));
            receiver = receiver(port);
            read(sender, random.nextInt(100));
          }
          // By its handle, which leaves what it has printed to be read.
          sender.process().toHandle().destroyForcibly();
          read(sender, -1);
        }
      }
      try (var sender = sender(port, KILLS, LAST_RECORDS)) {
        read(sender, -1);
      }
    } finally {
      receiver.close();
    }
    check();
  }

  private void check() throws IOException {
    var received = new ArrayList<String>();
    Inbox.read(
        FolderDisk.at(folder.resolve("inbox")),
        (_, item) -> {
          if (item instanceof BatchItem.Kept kept) {
            received.add(new String(kept.payload(), StandardCharsets.UTF_8));
          }
        });
    var once = new HashSet<>(received);
    assertEquals(received.size(), once.size(), "a record twice, seed " + SEED);
    promised.removeAll(once);
    assertEquals(List.of(), promised, "promised and not there, seed " + SEED);
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
