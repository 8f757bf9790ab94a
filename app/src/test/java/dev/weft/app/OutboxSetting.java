package dev.weft.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * A pipeline that records to a buffer, a place to send it to, and processes that end with a test.
 */
abstract class OutboxSetting {

  @TempDir Path folder;
  final List<Process> started = new ArrayList<>();
  Path manifest = Path.of("");
  Path buffer = Path.of("");
  Path uploads = Path.of("");

  @BeforeEach
  void write() throws IOException {
    manifest = Manifests.pipeline(Files.createDirectory(folder.resolve("m")));
    buffer = folder.resolve("buffer");
    uploads = folder.resolve("uploads");
  }

  @AfterEach
  void end() throws InterruptedException {
    for (var process : started) {
      process.destroyForcibly().waitFor();
    }
  }

  final Cli.Ended run(String... more) throws IOException {
    var args =
        new ArrayList<>(
            List.of("run", manifest.toString(), "--input", "x=" + Manifests.input(folder)));
    args.addAll(List.of(more));
    return Cli.run(folder, args.toArray(String[]::new));
  }
}
