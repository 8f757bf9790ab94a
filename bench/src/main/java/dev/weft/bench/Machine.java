package dev.weft.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** The machine a bench runs on, in words. */
final class Machine {

  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  private Machine() {}

  /** Processor, cores, Java, ONNX Runtime and the load before the bench began. */
  static String conditions() {
    return String.format(
        Locale.ROOT,
        "%s, %d cores, Java %s, ONNX Runtime %s, load %.1f at start",
        processor(),
        Runtime.getRuntime().availableProcessors(),
        Runtime.version(),
        RawModel.ENVIRONMENT.getVersion(),
        Math.max(0, ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()));
  }

  private static String processor() {
    if (!Files.isReadable(CPU_INFO)) {
      return System.getProperty("os.arch");
    }
    try (var lines = Files.lines(CPU_INFO)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(System.getProperty("os.arch"));
    } catch (IOException e) {
      return System.getProperty("os.arch");
    }
  }
}
