package dev.weft.persistence.journal;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A process of its own that serves the journal in a folder. Made to be killed. */
record JournalServerProcess(Process process, JournalSettings.Server settings)
    implements AutoCloseable {

  /**
   * Starts it and waits until it serves.
   *
   * @param port 0 for a free one
   */
  static JournalServerProcess start(Path folder, int port) throws IOException {
    var process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    JournalServerProcess.class.getName(),
                    folder.toString(),
                    String.valueOf(port)))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    var url = new BufferedReader(process.inputReader(StandardCharsets.UTF_8)).readLine();
    if (url == null) {
      throw new AssertionError("the server of %s ended".formatted(folder));
    }
    return new JournalServerProcess(
        process,
        new JournalSettings.Server(
            url, "weft", JournalPassword.of(folder), 4, Duration.ofSeconds(5)));
  }

  int port() {
    return Integer.parseInt(settings.url().replaceAll(".*:(\\d+)/.*", "$1"));
  }

  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  public static void main(String[] args) throws IOException {
    try (var server =
        JournalServer.open(Path.of(args[0]), "127.0.0.1", Integer.parseInt(args[1]))) {
      System.out.println(server.url());
      System.in.read();
    }
  }
}
