package dev.weft.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code weft lint} and {@code weft explain} on the repository's own manifests. */
class LintIT {

  private static final Path ROOT = Path.of(System.getProperty("weft.root", ".."));
  private static final Path BROKEN = ROOT.resolve("fabric/src/test/resources/broken");
  private static final Path KIOSK = ROOT.resolve("examples/kiosk");

  private static final Path ROLLOUT = ROOT.resolve("fabric/src/test/resources/good/rollout.yaml");

  @TempDir private Path home;

  @Test
  void everyPlantedMistakeIsToldWithItsPlace() {
    var ended = Cli.run(home, "lint", BROKEN.toString());

    assertEquals(1, ended.code());
    assertEquals("", ended.err());
    var count = Pattern.compile("^(\\d+) problems, ").matcher(ended.lines().getLast());
    assertTrue(count.find(), ended.lines().getLast());
    var problems = ended.lines().subList(0, Integer.parseInt(count.group(1)));
    for (var problem : problems) {
      assertTrue(problem.matches("\\S+\\.yaml:\\d+(:\\d+)?: .+ \\(expected: .+\\)"), problem);
    }
    for (var planted : PLANTED) {
      assertTrue(problems.stream().anyMatch(each -> each.contains(planted)), planted);
    }
  }

  private static final List<String> PLANTED =
      List.of("did you mean", "cycle", "sha256", "distinct names", "'..");

  @Test
  void jsonHoldsTheSameAsTheLines() {
    var lines = Cli.run(home, "lint", BROKEN.toString()).lines();
    var objects =
        Cli.run(home, "lint", "--json", BROKEN.toString()).lines().stream()
            .map(Json::readObject)
            .toList();

    assertEquals(lines.size(), objects.size());
    assertEquals("summary", objects.getLast().get("type"));
    var errors = objects.stream().filter(each -> "error".equals(each.get("type"))).count();
    assertEquals(errors, objects.getLast().get("errors"));
  }

  @Test
  void theExampleIsSoundBeforeAnythingIsFetched() {
    var ended = Cli.run(home, "lint", KIOSK.toString());

    assertEquals(0, ended.code(), ended.out());
    assertTrue(ended.lines().getLast().startsWith("0 problems, "), ended.out());
  }

  @Test
  void aMissingDigestIsAProblemOnlyWhenAskedFor() throws IOException {
    var manifest = Manifests.pipeline(home).toString();

    assertEquals(0, Cli.run(home, "lint", manifest).code());
    var ended = Cli.run(home, "lint", "--digests", manifest);
    assertEquals(1, ended.code());
    assertTrue(ended.out().contains("sha256: 'broken.onnx' has "), ended.out());
  }

  @Test
  void bytesThatAreNoTextAreAProblem() throws IOException {
    var file = Files.write(home.resolve("latin.yaml"), new byte[] {'a', (byte) 0xe4});

    var ended = Cli.run(home, "lint", file.toString());

    assertEquals(1, ended.code());
    assertTrue(ended.out().contains("bytes that are no text (expected: UTF-8)"), ended.out());
  }

  @Test
  void aRolloutIsCheckedAndExplainedWithTheStageBesideIt() {
    var linted = Cli.run(home, "lint", ROLLOUT.toString());
    var explained = Cli.run(home, "explain", ROLLOUT.toString(), "--name", "embed-fp32");

    assertEquals("0 problems, 0 warnings in 3 manifests", linted.lines().getLast());
    assertEquals(0, linted.code());
    assertEquals(0, explained.code(), explained.err());
    assertTrue(explained.out().startsWith("Rollout embed-fp32\n"), explained.out());
    assertTrue(explained.out().contains("stage embed to variant fp32"), explained.out());
  }

  @Test
  void explainsTheExampleInProse() {
    var all = Cli.run(home, "explain", KIOSK.toString());
    var one = Cli.run(home, "explain", KIOSK.toString(), "--name", "minilm");
    var object =
        Json.readObject(
            Cli.run(home, "explain", KIOSK.toString(), "--name", "minilm", "--json").out());

    assertEquals(0, all.code(), all.err());
    assertTrue(all.out().contains("Pipeline kiosk"), all.out());
    assertTrue(all.out().contains(one.out().strip()), one.out());
    assertEquals(List.of("Stage", "minilm"), List.of(object.get("kind"), object.get("name")));
    assertEquals(one.out().strip(), String.valueOf(object.get("text")).strip());
    assertEquals(2, Cli.run(home, "explain", KIOSK.toString(), "--name", "minilmm").code());
  }
}
