package dev.weft.app.fetch;

import dev.weft.app.console.Console;
import dev.weft.fabric.manifest.Artifact;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A process that begins to fetch, prints {@code inside}, and stays there. */
final class HeldFetch {

  private HeldFetch() {}

  /** {@code args} are the cache folder, the artifact's path, its digest and its size. */
  public static void main(String[] args) {
    var target = Path.of(args[1]);
    var artifact =
        new Artifact(
            String.valueOf(target.getFileName()),
            target,
            args[2],
            Long.parseLong(args[3]),
            Optional.of("maven:org.example:models:1.0!/m/model.onnx"));
    var manifest = target.resolveSibling("stage.yaml");
    var silent = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    new Fetcher(
            Path.of(args[0]),
            (jars, work, _) -> {
              write(work.resolve("0.jar"));
              System.out.println("inside");
              waitForever();
            },
            new Console(silent, silent, false).progress())
        .fetch(List.of(Stages.pinning(manifest, artifact)));
  }

  private static void write(Path half) {
    try {
      Files.write(half, new byte[100]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Until it is killed, or its parent is gone. */
  private static void waitForever() {
    try {
      while (System.in.read() >= 0) {
        continue;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
