package dev.weft.app.fetch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A Maven whose jars stand in memory. */
final class FakeMaven implements Maven {

  final List<List<String>> starts = new ArrayList<>();
  private final Map<String, Map<String, byte[]>> jars = new LinkedHashMap<>();
  private Runnable before = () -> {};

  FakeMaven with(String jar, String entry, byte[] content) {
    jars.computeIfAbsent(jar, _ -> new LinkedHashMap<>()).put(entry, content);
    return this;
  }

  /** What happens first in every start. */
  FakeMaven before(Runnable action) {
    before = action;
    return this;
  }

  @Override
  public void copy(Map<MavenSource.Jar, Path> wanted, Path work, Watcher watcher) {
    before.run();
    starts.add(wanted.keySet().stream().map(MavenSource.Jar::toString).toList());
    wanted.forEach(
        (jar, path) -> {
          var entries = jars.get(jar.toString());
          if (entries == null) {
            throw new FetchException("Maven failed: Could not find artifact " + jar);
          }
          watcher.at(1, jar.toString());
          write(path, entries);
        });
  }

  static void write(Path path, Map<String, byte[]> entries) {
    try (var zip = new ZipOutputStream(Files.newOutputStream(path))) {
      for (var entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
        zip.closeEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
