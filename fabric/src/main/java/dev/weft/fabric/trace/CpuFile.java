package dev.weft.fabric.trace;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What the kernel tells of the processor, as far as kernels of models are chosen by it. */
final class CpuFile {

  private static final Path CPUINFO = Path.of("/proc/cpuinfo");

  /** Beginnings of the names of features that decide which kernels run, on x86 and ARM. */
  private static final Set<String> DECIDING =
      Set.of("avx", "fma", "amx", "f16c", "sse4", "asimd", "sve", "i8mm", "bf16", "fphp");

  private CpuFile() {}

  /** The architecture and the deciding features; the architecture alone where none are told. */
  static List<String> features() {
    var found = new ArrayList<String>();
    found.add(System.getProperty("os.arch", "unknown"));
    try (var lines = Files.lines(CPUINFO)) {
      lines
          .filter(line -> line.startsWith("flags") || line.startsWith("Features"))
          .findFirst()
          .ifPresent(line -> found.addAll(features(line)));
    } catch (IOException e) {
      // Another kernel: the architecture has to do.
      return List.copyOf(found);
    }
    return List.copyOf(found);
  }

  static List<String> features(String line) {
    return List.of(line.substring(line.indexOf(':') + 1).trim().split("\\s+", -1)).stream()
        .filter(word -> DECIDING.stream().anyMatch(word::startsWith))
        .toList();
  }
}
