package dev.weft.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.persistence.journal.Journal;
import dev.weft.persistence.journal.JournalSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A journal that is served in a process of its own. */
class DbServeIT {

  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  @TempDir private Path home;

  @Test
  void aJournalIsServedAgainAfterAKillAndEndsInOrder() throws Exception {
    long first;
    try (var server = Served.start(home);
        var one = Journal.open(server.settings(home));
        var other = Journal.open(server.settings(home))) {
      first = one.nextEpoch(7);
      assertEquals(first + 1, other.nextEpoch(7));
      var inUse = Cli.run(home, "db", "repair");
      assertTrue(inUse.err().contains("in use by another process"), inUse.err());
    }
    try (var server = Served.start(home);
        var journal = Journal.open(server.settings(home))) {
      assertEquals(first + 2, journal.nextEpoch(7));
      server.process().destroy();
      assertTrue(server.process().waitFor(30, TimeUnit.SECONDS));
      assertEquals(0, server.process().exitValue());
    }
    var repaired = Cli.run(home, "db", "repair");
    assertEquals("no entity needs a repair\n", repaired.out(), repaired.err());
  }

  @Test
  void servesThisMachineOnly() {
    var refused = Cli.run(home, "db", "serve", "--port", "0", "--host", "0.0.0.0");

    assertEquals(1, refused.code());
    assertEquals(
        "weft: host: '0.0.0.0' (expected: 127.0.0.1); a journal for several machines is one in"
            + " PostgreSQL\n",
        refused.err());
  }

  /** The command in a process of its own, which ends without warning unless it was told to end. */
  private record Served(Process process, String url) implements AutoCloseable {

    static Served start(Path home) throws IOException {
      var log = home.resolve("db-serve.log");
      var process =
          new ProcessBuilder(WeftCommand.of(home, "db", "serve", "--port", "0"))
              .redirectError(log.toFile())
              .start();
      var url = new BufferedReader(process.inputReader(StandardCharsets.UTF_8)).readLine();
      if (url == null) {
        throw new AssertionError("ended: " + Files.readString(log));
      }
      return new Served(process, url);
    }

    JournalSettings settings(Path home) throws IOException {
      var password = Files.readString(home.resolve(".weft/journal/password")).strip();
      return new JournalSettings.Server(url, "weft", password, 1, TIMEOUT);
    }

    @Override
    public void close() {
      process.destroyForcibly();
      process.onExit().join();
    }
  }
}
