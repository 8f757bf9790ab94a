package dev.weft.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * Bytes that a process read and wrote, sockets and files alike, as Linux counts them by its calls
 * of {@code read} and {@code write}: a Java process' sockets are read and written so.
 */
final class ProcessBytes {

  private ProcessBytes() {}

  /** Of this process; empty where the system does not tell. */
  static OptionalLong total() {
    return total("self");
  }

  /** Of another process of this user; empty where the system does not tell. */
  static OptionalLong total(long pid) {
    return total(Long.toString(pid));
  }

  private static OptionalLong total(String process) {
    var file = Path.of("/proc", process, "io");
    if (!Files.isReadable(file)) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(
          Files.readAllLines(file).stream()
              .filter(line -> line.startsWith("rchar:") || line.startsWith("wchar:"))
              .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1).strip()))
              .sum());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
