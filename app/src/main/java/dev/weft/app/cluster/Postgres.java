package dev.weft.app.cluster;

import dev.weft.app.home.FolderTree;
import dev.weft.persistence.journal.Journal;
import dev.weft.persistence.journal.JournalException;
import dev.weft.persistence.journal.JournalSettings;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * PostgreSQL as it is installed on this machine, to keep journals of a cluster of processes.
 *
 * @param initdb makes a server's folder
 * @param server serves it
 * @param before what both are run by: a user that is root to nobody, where this process is root,
 *     which PostgreSQL refuses
 */
public record Postgres(Path initdb, Path server, List<String> before) {

  private static final String USER = "weft";
  private static final String DATABASE = "postgres";
  private static final String PASSWORD = "password";
  private static final int PASSWORD_BYTES = 24;
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration MAKING = Duration.ofMinutes(5);
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(100);

  public Postgres {
    before = List.copyOf(before);
  }

  /**
   * That of the folders of {@code path}, as the environment's {@code PATH} lists them; empty if
   * they do not have {@code initdb} and {@code postgres}.
   *
   * @param user who runs this
   */
  public static Optional<Postgres> find(String path, String user) {
    var before = user.equals("root") ? List.of("unshare", "--user") : List.<String>of();
    return in(path, "initdb")
        .flatMap(initdb -> in(path, "postgres").map(at -> new Postgres(initdb, at, before)));
  }

  private static Optional<Path> in(String path, String program) {
    return Stream.of(path.split(":"))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * Makes the server's files below {@code folder}, unless they are there. They are there as a whole
   * or not at all; what an earlier try left is thrown away.
   *
   * @throws IOException if they cannot be made, or not within five minutes
   */
  void prepare(Path folder, Path log) throws IOException {
    if (Files.exists(data(folder))) {
      return;
    }
    Files.createDirectories(folder);
    var unfinished = folder.resolve("data.new");
    new FolderTree(unfinished).delete();
    Files.deleteIfExists(password(folder));
    var password = new byte[PASSWORD_BYTES];
    new SecureRandom().nextBytes(password);
    var owner = PosixFilePermissions.fromString("rw-------");
    var file = Files.createFile(password(folder), PosixFilePermissions.asFileAttribute(owner));
    Files.writeString(file, HexFormat.of().formatHex(password) + "\n");
    var command = new ArrayList<>(before);
    command.addAll(List.of(initdb.toString(), "--pgdata", unfinished.toString()));
    command.addAll(List.of("--username", USER, "--pwfile", file.toString()));
    command.addAll(List.of("--auth", "scram-sha-256", "--encoding", "UTF8", "--no-locale"));
    var process =
        new ProcessBuilder(command)
            .redirectOutput(Redirect.appendTo(log.toFile()))
            .redirectError(Redirect.appendTo(log.toFile()))
            .start();
    try {
      if (!process.waitFor(MAKING.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException(
            "%s: not done within %s; its log is %s".formatted(initdb, MAKING, log));
      }
      if (process.exitValue() != 0) {
        throw new IOException(
            "%s: exit code %d; its log is %s".formatted(initdb, process.exitValue(), log));
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      throw interrupted();
    }
    Files.move(unfinished, data(folder), StandardCopyOption.ATOMIC_MOVE);
  }

  /** What serves the files below {@code folder} at a port of this machine. */
  List<String> command(Path folder, int port) {
    var command = new ArrayList<>(before);
    command.addAll(List.of(server.toString(), "-D", data(folder).toString()));
    command.addAll(List.of("-p", Integer.toString(port), "-c", "listen_addresses=127.0.0.1"));
    command.addAll(List.of("-c", "unix_socket_directories="));
    return command;
  }

  /** Makes the tables of a journal as soon as the server answers. */
  void migrate(Path folder, int port) throws IOException {
    var settings =
        new JournalSettings.Server(
            url(port), USER, Files.readString(password(folder)).strip(), 1, TIMEOUT);
    var deadline = System.nanoTime() + START.toNanos();
    while (true) {
      try {
        Journal.migrate(settings).close();
        return;
      } catch (JournalException e) {
        if (System.nanoTime() > deadline) {
          throw new IOException("%s: %s".formatted(url(port), e.getMessage()), e);
        }
      }
      try {
        Thread.sleep(LOOK_INTERVAL);
      } catch (InterruptedException e) {
        throw interrupted();
      }
    }
  }

  private static IOException interrupted() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("interrupted while the journals start");
  }

  /** A node's settings of a journal that is kept so. */
  static String settings(Path folder, int port) {
    return """
    weft.persistence.journal {
      kind = server
      url = "%s"
      user = %s
      password-file = "%s"
      connections = 2
    }
    """
        .formatted(url(port), USER, password(folder));
  }

  private static String url(int port) {
    return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, DATABASE);
  }

  private static Path data(Path folder) {
    return folder.resolve("data");
  }

  private static Path password(Path folder) {
    return folder.resolve(PASSWORD);
  }
}
