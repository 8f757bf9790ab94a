package dev.weft.fabric.reading;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.weft.fabric.manifest.ManifestException;
import dev.weft.fabric.manifest.ManifestSet;
import dev.weft.fabric.wiring.StepOrder;
import dev.weft.fabric.wiring.Wiring;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Good manifests with random lines deleted, doubled, moved or misspelt. */
class MutationTest {

  private static final int ROUNDS = 600;

  @Test
  void refusesWithProblemsOrAcceptsButNeverFails() throws IOException {
    var seed = Long.getLong("seed", System.nanoTime());
    var random = new Random(seed);
    var good = goodTexts();
    var refused = 0;
    for (var round = 0; round < ROUNDS; round++) {
      var texts = new TreeMap<>(good);
      var changes = 1 + random.nextInt(3);
      for (var change = 0; change < changes; change++) {
        var files = List.copyOf(texts.keySet());
        texts.computeIfPresent(
            files.get(random.nextInt(files.size())), (_, text) -> mutated(text, random));
      }
      refused += check(texts, "-Dseed=%d round %d".formatted(seed, round)) ? 1 : 0;
    }
    assertTrue(refused > ROUNDS / 3, "refused only %d, -Dseed=%d".formatted(refused, seed));
  }

  /** Reads {@code texts}; whether they were refused. */
  private static boolean check(Map<Path, String> texts, String replay) {
    try {
      var drafts = Drafts.read(texts, FakeKinds.all());
      drafts.check();
      for (var error : drafts.errors()) {
        assertTrue(texts.containsKey(error.file()), replay);
        assertTrue(error.line() > 0, replay + ": " + error);
        assertFalse(error.value().isBlank() || error.expected().isBlank(), replay + ": " + error);
      }
      if (!drafts.errors().isEmpty()) {
        return !new ManifestException(drafts.errors()).problems().isEmpty();
      }
      assertOrdered(drafts.manifests(), replay);
      return false;
    } catch (RuntimeException e) {
      return fail(replay + "\n" + String.join("\n---\n", texts.values()), e);
    }
  }

  /** What is accepted can be run: every reference points to something. */
  private static void assertOrdered(ManifestSet manifests, String replay) {
    for (var pipeline : manifests.pipelines().values()) {
      assertTrue(Wiring.problems(pipeline, manifests.stages()).isEmpty(), replay);
      assertTrue(StepOrder.of(pipeline.steps()).cycles().isEmpty(), replay);
      for (var step : pipeline.steps()) {
        var stage = manifests.stage(step.stage()).orElseThrow();
        assertTrue(
            stage.abi().inputs().stream().allMatch(in -> step.inputs().containsKey(in.name())),
            replay);
      }
    }
  }

  private static String mutated(String text, Random random) {
    var lines = new ArrayList<>(text.lines().toList());
    if (lines.isEmpty()) {
      return text;
    }
    var at = random.nextInt(lines.size());
    var line = lines.get(at);
    switch (random.nextInt(6)) {
      case 0 -> lines.remove(at);
      case 1 -> lines.add(at, line);
      case 2 -> lines.add(random.nextInt(lines.size()), lines.remove(at));
      case 3 -> lines.set(at, line.isEmpty() ? "x" : cut(line, random.nextInt(line.length())));
      case 4 -> lines.set(at, line.replaceFirst("[a-z]", "" + (char) ('a' + random.nextInt(26))));
      default -> {
        var other = lines.get(random.nextInt(lines.size()));
        var colon = line.indexOf(':');
        var otherColon = other.indexOf(':');
        if (colon >= 0 && otherColon >= 0) {
          lines.set(at, line.substring(0, colon) + other.substring(otherColon));
        }
      }
    }
    return String.join("\n", lines) + "\n";
  }

  private static String cut(String line, int at) {
    return line.substring(0, at) + line.substring(at + 1);
  }

  private static Map<Path, String> goodTexts() throws IOException {
    var texts = new TreeMap<Path, String>();
    for (var name : List.of("stages.yaml", "nearest.yml", "pipeline.yaml", "rollout.yaml")) {
      var file = ManifestTexts.GOOD.resolve(name);
      texts.put(file, Files.readString(file));
    }
    return texts;
  }
}
