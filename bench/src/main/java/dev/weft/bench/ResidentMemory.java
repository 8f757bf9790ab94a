package dev.weft.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;

/** Memory of this process that is in RAM, as Linux counts it. */
final class ResidentMemory {

  private static final Path STATM = Path.of("/proc/self/statm");

  /** Pages are of 4 KiB wherever Weft's natives run. */
  private static final long PAGE_BYTES = 4096;

  private ResidentMemory() {}

  /** In MB; empty where the system does not tell. */
  static OptionalDouble megabytes() {
    if (!Files.isReadable(STATM)) {
      return OptionalDouble.empty();
    }
    try {
      var resident = Files.readString(STATM).split(" ", 3)[1];
      return OptionalDouble.of(Long.parseLong(resident) * PAGE_BYTES / 1e6);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
