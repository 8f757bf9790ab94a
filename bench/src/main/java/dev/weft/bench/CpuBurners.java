package dev.weft.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A spike of somebody else's: processes of their own that burn one core each, so that what the
 * fabric sees of its own process is not what there is.
 */
final class CpuBurners implements AutoCloseable {

  private final List<Process> processes = new ArrayList<>();

  /** Starts the processes and waits until all are ready; none burns yet. */
  CpuBurners(int count, Duration burning) throws IOException {
    try {
      for (var i = 0; i < count; i++) {
        processes.add(
            new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+UseSerialGC",
                    "-Xmx16m",
                    "-cp",
                    System.getProperty("java.class.path"),
                    CpuBurner.class.getName(),
                    Long.toString(burning.toMillis()))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start());
      }
      for (var process : processes) {
        requireReady(process);
      }
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private static void requireReady(Process process) throws IOException {
    var reader =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    var line = reader.readLine();
    if (!CpuBurner.READY.equals(line)) {
      throw new BenchException("burner: '%s' (expected: %s)".formatted(line, CpuBurner.READY));
    }
  }

  /** Lets all burn from now on; takes some microseconds. */
  void ignite() {
    try {
      for (var process : processes) {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    processes.forEach(Process::destroyForcibly);
  }
}
