package dev.weft.fabric.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node pays for that keeps nothing: looked for in a process that only runs frames. */
class BareNodeTest {

  // Akka loads serializers of its persistence by itself, wherever that is on the class path.
  private static final List<String> OF_SESSIONS =
      List.of(
          "org.h2.", "slick.", "akka.persistence.jdbc.", "com.zaxxer.hikari.", "org.postgresql.");

  @TempDir private Path folder;

  private record Node(List<String> threads, List<String> classes) {}

  private Node run(String... options) throws IOException, InterruptedException {
    var log = folder.resolve("classes.log");
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--sun-misc-unsafe-memory-access=allow",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-Xlog:class+load:file=" + log));
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), BareNode.class.getName()));
    var process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
    var threads =
        said.lines().filter(line -> line.startsWith("thread ")).map(line -> line.substring(7));
    return new Node(threads.sorted().toList(), Files.readAllLines(log));
  }

  @Test
  void aNodeWithoutSessionsAndTraceFolderLoadsNoDatabaseAndStartsNoWriter()
      throws IOException, InterruptedException {
    var node = run();

    assertTrue(has(node.classes(), " dev.weft.fabric.embedded.Weft "), "the log tells classes");
    for (var prefix : OF_SESSIONS) {
      var loaded = node.classes().stream().filter(line -> line.contains(" " + prefix)).toList();
      assertEquals(List.of(), loaded, "loaded without a session");
    }
    assertTrue(has(node.threads(), "weft-"), node.threads().toString());
    assertTrue(!has(node.threads(), "weft-trace-writer"), node.threads().toString());
    assertTrue(!has(node.threads(), "weft-recorder"), node.threads().toString());
    assertTrue(!has(node.classes(), " dev.weft.persistence.segment.SegmentStore "), "a store");
  }

  @Test
  void aNodeWithATraceFolderHasOneWriterAndOneRecorder() throws IOException, InterruptedException {
    var node = run("-Dweft.fabric.trace.folder=" + folder.resolve("frames"));

    assertTrue(has(node.threads(), "weft-trace-writer"), node.threads().toString());
    assertTrue(has(node.threads(), "weft-recorder"), node.threads().toString());
    for (var prefix : OF_SESSIONS) {
      assertTrue(!has(node.classes(), " " + prefix), "loaded without a session: " + prefix);
    }
  }

  private static boolean has(List<String> lines, String part) {
    return lines.stream().anyMatch(line -> line.contains(part));
  }
}
