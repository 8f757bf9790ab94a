package dev.weft.fabric.trace;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * A process of its own that writes a trace file until it finds no room, and says how that went. A
 * limit on the size of files fails as a full disk does, and needs no disk to fill.
 */
final class FullFile {

  private static final int KIBIBYTES = 40;

  private FullFile() {}

  /** Lines: the records that were kept, what was said of the next, and of the end. */
  static List<String> write(Path file) throws IOException, InterruptedException {
    var process =
        new ProcessBuilder(
                List.of(
                    "bash",
                    "-c",
                    "ulimit -f " + KIBIBYTES + "; exec \"$@\"",
                    "writer",
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:-UsePerfData",
                    "-XX:+UseSerialGC",
                    "--sun-misc-unsafe-memory-access=allow",
                    "-cp",
                    System.getProperty("java.class.path"),
                    FullFile.class.getName(),
                    file.toString()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (var lines = process.inputReader(StandardCharsets.UTF_8)) {
      var said = lines.lines().toList();
      process.waitFor();
      return said;
    } finally {
      process.destroyForcibly();
    }
  }

  public static void main(String[] args) {
    var sink = TraceFile.create(Path.of(args[0]), Instant.EPOCH);
    var kept = 0;
    var bytes = new byte[999];
    try {
      while (true) {
        bytes[0] = (byte) kept;
        sink.append(new TraceRecord.Content(TensorDigest.of(bytes), bytes.clone()), "");
        kept++;
      }
    } catch (TraceException e) {
      System.out.println(kept);
      System.out.println(e.getMessage());
    }
    // Smaller ones still fit, behind the last whole one.
    var small = 0;
    try {
      while (true) {
        sink.append(new TraceRecord.Loss("p", 1, small, small, 1, "sink-failed"), "");
        small++;
      }
    } catch (TraceException e) {
      System.out.println(small);
    }
    try {
      sink.close();
    } catch (TraceException e) {
      System.out.println(e.getMessage());
    }
  }
}
