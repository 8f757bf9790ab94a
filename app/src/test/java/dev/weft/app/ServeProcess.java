package dev.weft.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** A {@code weft serve} of its own process, on a free port for HTTP and none else. */
record ServeProcess(Process process, String url) implements AutoCloseable {

  private static final Pattern URL = Pattern.compile("http://[^ ]+(?=: )");

  /**
   * Starts it and waits until it serves.
   *
   * @param home where it keeps what it keeps
   * @param args what to serve, and more flags
   */
  static ServeProcess start(Path home, String... args) throws IOException {
    var command = WeftCommand.of(home);
    command.addAll(List.of("serve", "--port", "0", "--grpc-port", "off", "--metrics-port", "off"));
    command.addAll(List.of(args));
    var log = home.resolve("serve.log");
    var process = new ProcessBuilder(command).redirectError(log.toFile()).start();
    var out = new BufferedReader(process.inputReader(StandardCharsets.UTF_8));
    var line = out.readLine();
    if (line == null) {
      throw new AssertionError("ended: " + Files.readString(log));
    }
    var url = URL.matcher(line);
    assertTrue(url.find(), line);
    return new ServeProcess(process, url.group());
  }

  /** Asks it to end, and waits until it has, as it should. */
  void end() throws InterruptedException {
    process.destroy();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue());
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
