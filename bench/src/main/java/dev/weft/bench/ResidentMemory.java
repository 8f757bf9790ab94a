package dev.weft.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;

/** Memory of a process that is in RAM, as Linux counts it. */
final class ResidentMemory {

  /** Pages are of 4 KiB wherever Weft's natives run. */
  private static final long PAGE_BYTES = 4096;

  private ResidentMemory() {}

  /** Of this process, in MB; empty where the system does not tell. */
  static OptionalDouble megabytes() {
    return megabytes(Path.of("/proc/self/statm"));
  }

  /** Of another process, in MB; empty where the system does not tell. */
  static OptionalDouble megabytes(long pid) {
    return megabytes(Path.of("/proc", Long.toString(pid), "statm"));
  }

  private static OptionalDouble megabytes(Path statm) {
    if (!Files.isReadable(statm)) {
      return OptionalDouble.empty();
    }
    try {
      var resident = Files.readString(statm).split(" ", 3)[1];
      return OptionalDouble.of(Long.parseLong(resident) * PAGE_BYTES / 1e6);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
