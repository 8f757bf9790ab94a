package dev.weft.bench;

import java.nio.file.Files;
import java.nio.file.Path;

/** The kiosk example's models, which some cases run. */
final class KioskModels {

  private KioskModels() {}

  /**
   * @throws BenchException telling how to get it, if it is not there
   */
  static Path file(BenchOptions options, String name) {
    var path = options.kiosk().resolve("stages").resolve("models").resolve(name);
    if (!Files.isRegularFile(path)) {
      throw new BenchException(
          ("%s: missing (expected: a model; bring it with ./weft fetch %s, or name cases that need"
                  + " none)")
              .formatted(path, options.kiosk()));
    }
    return path;
  }
}
