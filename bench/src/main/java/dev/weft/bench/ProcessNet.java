package dev.weft.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** What a process of this user has to do with others, as Linux tells it; empty elsewhere. */
final class ProcessNet {

  private ProcessNet() {}

  /**
   * Bytes that it read and wrote, sockets and files alike, as they are counted by its calls of
   * {@code read} and {@code write}: those are what a Java process' sockets are used by.
   */
  static OptionalLong bytes(long pid) {
    var file = Path.of("/proc", Long.toString(pid), "io");
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

  /** Sockets that it has open, those it listens on among them. */
  static OptionalLong sockets(long pid) {
    var folder = Path.of("/proc", Long.toString(pid), "fd");
    if (!Files.isReadable(folder)) {
      return OptionalLong.empty();
    }
    try (var files = Files.list(folder)) {
      return OptionalLong.of(files.filter(ProcessNet::isSocket).count());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isSocket(Path file) {
    try {
      return Files.readSymbolicLink(file).toString().startsWith("socket:");
    } catch (IOException e) {
      return false; // Closed meanwhile.
    }
  }
}
