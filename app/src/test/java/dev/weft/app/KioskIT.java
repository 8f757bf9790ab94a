package dev.weft.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.app.console.Console;
import dev.weft.fabric.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The main job as a user runs it: real models, real inputs, nothing but right results. */
class KioskIT {

  private static final Path ROOT = Path.of(System.getProperty("weft.root", ".."));

  @Test
  void theDemoGetsEveryVisitRight() {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    var console = new Console(stream(out), stream(err), false);

    var exit = Main.run(console, ROOT.toAbsolutePath(), "demo", "--rounds", "1", "--json");

    assertEquals(0, exit, err.toString(StandardCharsets.UTF_8));
    var objects = out.toString(StandardCharsets.UTF_8).lines().map(Json::readObject).toList();
    var summary = objects.getLast();
    assertEquals(16, objects.size());
    assertEquals(true, summary.get("right"));
    assertEquals(summary.get("pictures"), summary.get("picturesRight"));
    assertEquals(summary.get("sentences"), summary.get("sentencesRight"));
    assertTrue(objects.stream().limit(15).allMatch(KioskIT::tellsItsTimes));
    repeats(err.toString(StandardCharsets.UTF_8));
  }

  /** The trace that the demo left is whole and comes out the same again, byte for byte. */
  private static void repeats(String said) {
    var trace =
        said.lines()
            .filter(line -> line.startsWith("trace: "))
            .map(line -> line.substring("trace: ".length()))
            .findFirst()
            .orElseThrow(() -> new AssertionError(said));
    var out = new ByteArrayOutputStream();
    var console = new Console(stream(out), stream(new ByteArrayOutputStream()), false);

    assertEquals(0, Main.run(console, ROOT.toAbsolutePath(), "trace", "verify", trace));
    out.reset();
    assertEquals(0, Main.run(console, ROOT.toAbsolutePath(), "replay", trace, "--json"));
    var report = Json.readObject(out.toString(StandardCharsets.UTF_8));
    assertEquals(true, report.get("exact"), report.toString());
    assertEquals(report.get("frames"), report.get("replayed"));
  }

  private static boolean tellsItsTimes(Map<String, Object> visit) {
    return visit.get("steps") instanceof List<?> steps
        && steps.size() >= 20
        && visit.get("totalMillis") instanceof Number;
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }
}
