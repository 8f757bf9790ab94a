package dev.weft.app.home;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/** A folder with all that is in it. */
public record FolderTree(Path root) {

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
