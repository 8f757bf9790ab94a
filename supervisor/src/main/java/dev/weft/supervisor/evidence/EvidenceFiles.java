package dev.weft.supervisor.evidence;

import dev.weft.fabric.json.Json;
import dev.weft.persistence.disk.Disk;
import dev.weft.persistence.disk.DiskException;
import dev.weft.persistence.disk.DiskException.Kind;
import dev.weft.supervisor.rollout.Course;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The files that evidence is kept in: how they are named, and how they are read. */
public final class EvidenceFiles {

  private EvidenceFiles() {}

  /**
   * The entries of a file, each checked against its own hash and the one before.
   *
   * @throws EvidenceException naming the first line that is not as it was written
   */
  public static List<Entry> read(Path file) {
    var chain = chain(file);
    if (chain.flaw().isPresent()) {
      throw new EvidenceException("%s: %s".formatted(file, chain.flaw().get()));
    }
    return chain.entries();
  }

  /**
   * The entries of a file as far as they hold, and what does not.
   *
   * @throws EvidenceException if it cannot be read
   */
  public static Chain chain(Path file) {
    return Chain.of(bytes(file));
  }

  private static byte[] bytes(Path file) {
    try {
      if (!Files.exists(file)) {
        throw new EvidenceException("%s: not there (expected: an evidence file)".formatted(file));
      }
      if (!Files.isRegularFile(file)) {
        throw new EvidenceException("%s: no file (expected: an evidence file)".formatted(file));
      }
      if (Files.size(file) > ChainFile.BYTES_MAX) {
        throw new EvidenceException(tooLong(file.toString(), Files.size(file)));
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new EvidenceException(
          "%s: %s (expected: a readable file)".formatted(file, DiskException.words(e)), e);
    }
  }

  /**
   * Checks an evidence file, and as far as they are beside it those that it follows on; or all of a
   * folder, where they must be.
   *
   * @return one of each file, by name
   * @throws EvidenceException if there is none, or one cannot be read
   */
  public static List<EvidenceCheck> check(Path fileOrFolder) {
    if (!Files.isDirectory(fileOrFolder)) {
      return List.of(check(fileOrFolder, false));
    }
    try (var files = Files.list(fileOrFolder)) {
      var found =
          files.filter(file -> file.toString().endsWith(PartNames.ENDING)).sorted().toList();
      if (found.isEmpty()) {
        throw new EvidenceException(
            "%s: no evidence in it (expected: files named *%s)"
                .formatted(fileOrFolder, PartNames.ENDING));
      }
      return found.stream().map(file -> check(file, true)).toList();
    } catch (IOException e) {
      throw new EvidenceException(
          "%s: %s (expected: a readable folder)".formatted(fileOrFolder, DiskException.words(e)),
          e);
    }
  }

  private static EvidenceCheck check(Path file, boolean isWhole) {
    return EvidenceCheck.of(
        String.valueOf(file.getFileName()),
        chain(file),
        name -> digest(file.resolveSibling(name)),
        isWhole);
  }

  private static Optional<String> digest(Path file) {
    return Files.exists(file) ? Optional.of(Sha256.of(bytes(file))) : Optional.empty();
  }

  /** All of a file on {@code disk}. */
  static byte[] content(Disk disk, String name) throws DiskException {
    var size = disk.size(name);
    if (size > ChainFile.BYTES_MAX) {
      throw new DiskException(Kind.FAILED, tooLong(disk.place(name), size));
    }
    try (var file = disk.open(name)) {
      var content = ByteBuffer.allocate((int) file.size());
      var read = file.read(0, content);
      if (read < content.capacity()) {
        throw new DiskException(
            Kind.FAILED,
            "%s: %d bytes read (expected: %d)"
                .formatted(disk.place(name), read, content.capacity()));
      }
      return content.array();
    }
  }

  /** SHA-256 of all of a file; empty if it cannot be read. */
  static Optional<String> digest(Disk disk, String name) {
    try {
      return Optional.of(Sha256.of(content(disk, name)));
    } catch (DiskException e) {
      return Optional.empty();
    }
  }

  private static String tooLong(String place, long size) {
    return "%s: %d bytes (expected: <= %d)".formatted(place, size, ChainFile.BYTES_MAX);
  }

  /** The files of {@code name} that are there, in order; the first one's path if none is. */
  static List<Path> parts(Path folder, String name) {
    try (var files = Files.list(folder)) {
      var names = files.map(file -> String.valueOf(file.getFileName())).toList();
      var parts = PartNames.among(names, name);
      if (!parts.isEmpty()) {
        return parts.stream().map(part -> folder.resolve(PartNames.of(name, part))).toList();
      }
    } catch (IOException e) {
      // There is no folder yet, or none that can be read: what is to be in it has its place.
    }
    return List.of(folder.resolve(PartNames.of(name, 1)));
  }

  static String name(Course course) {
    return name(course.plan().stage(), course.number());
  }

  /** Name of a rollout's first file, without the ending. */
  static String name(String stage, long number) {
    return "%s-%d".formatted(stage.replaceAll("[^A-Za-z0-9._-]", "_"), number);
  }

  /** {@code entries} as one JSON object, for programs. */
  public static String json(List<Entry> entries) {
    return Json.write(Map.of("entries", entries.stream().map(EvidenceFiles::object).toList()));
  }

  private static Map<String, Object> object(Entry entry) {
    return Map.of(
        "n",
        entry.number(),
        "at",
        entry.at().toString(),
        "kind",
        entry.kind(),
        "body",
        entry.body());
  }
}
