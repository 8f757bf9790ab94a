package dev.weft.app.tracing;

import dev.weft.app.failure.WorkFailed;
import dev.weft.app.failure.WrongUse;
import dev.weft.persistence.disk.DiskException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** The folder where traces are left, and how they are named. */
public record TraceFolder(Path folder) {

  private static final String ENDING = ".trace";
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** A new file in here, named by what made it and when. */
  public Path fresh(String what, Instant now) {
    try {
      Files.createDirectories(folder);
      var name = what + "-" + STAMP.format(now);
      var file = folder.resolve(name + ENDING);
      for (var again = 2; Files.exists(file); again++) {
        file = folder.resolve(name + "-" + again + ENDING);
      }
      return file;
    } catch (IOException e) {
      throw new WorkFailed(
          "%s: %s (expected: a folder to write to)".formatted(folder, DiskException.words(e)), e);
    }
  }

  /**
   * What a person means: the path of a file, of an edge buffer's folder or of an inbox, or the name
   * of one in here.
   *
   * @throws WrongUse if there is none
   */
  public Path find(String named) {
    var candidates = List.of(Path.of(named), folder.resolve(named), folder.resolve(named + ENDING));
    for (var candidate : candidates) {
      if (Files.isRegularFile(candidate) || RecordedTrace.isFolder(candidate)) {
        return candidate;
      }
    }
    if (Files.isDirectory(candidates.getFirst())) {
      throw new WrongUse(
          ("trace: '%s' holds no frames (expected: a folder that 'weft run --trace-folder' or 'weft"
                  + " outbox receive' wrote to)")
              .formatted(named));
    }
    throw new WrongUse(
        "trace: '%s' (expected: a file, an edge buffer's folder, or one of those 'weft trace ls'"
                .formatted(named)
            + " shows)");
  }

  /** All in here, by name. */
  public List<Path> all() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(ENDING) || RecordedTrace.isFolder(file))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new WorkFailed(
          "%s: %s (expected: a readable folder)".formatted(folder, DiskException.words(e)), e);
    }
  }
}
