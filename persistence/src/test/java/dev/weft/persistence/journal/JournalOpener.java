package dev.weft.persistence.journal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A process of its own that opens an embedded journal once, and says how that went. */
final class JournalOpener {

  private JournalOpener() {}

  /** {@code open}, or why it was refused. */
  static String inAnotherProcess(JournalSettings.Embedded settings)
      throws IOException, InterruptedException {
    var process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    JournalOpener.class.getName(),
                    settings.folder().toString()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (var lines = process.inputReader(StandardCharsets.UTF_8)) {
      var said = String.valueOf(lines.readLine());
      process.waitFor();
      return said;
    } finally {
      process.destroyForcibly();
    }
  }

  public static void main(String[] args) {
    var settings = new JournalSettings.Embedded(Path.of(args[0]), Duration.ofSeconds(5));
    try (var _ = Journal.open(settings)) {
      System.out.println("open");
    } catch (JournalException e) {
      System.out.println(e.code());
    }
  }
}
