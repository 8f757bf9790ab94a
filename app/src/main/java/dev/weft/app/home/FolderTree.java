package dev.weft.app.home;

import dev.weft.app.failure.WorkFailed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/** A folder with all that is in it. */
public record FolderTree(Path root) {

  /**
   * Makes one that nobody has.
   *
   * @param in made, if it is not there
   * @param name what its name begins with
   * @throws WorkFailed naming the folder that cannot be written to
   */
  public static FolderTree fresh(Path in, String name) {
    try {
      Files.createDirectories(in);
      return new FolderTree(Files.createTempDirectory(in, name).toAbsolutePath());
    } catch (IOException e) {
      throw new WorkFailed("%s: %s (expected: a folder to write to)".formatted(in, e), e);
    }
  }

  /** Deletes it; does nothing if it is not there. */
  public void delete() throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    try (var below = Files.walk(root)) {
      for (var path : below.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
