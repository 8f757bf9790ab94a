package dev.weft.supervisor.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.manifest.ManifestSet;
import dev.weft.fabric.reading.ManifestFiles;
import dev.weft.stages.spi.StageKinds;
import dev.weft.supervisor.drift.DriftLimits;
import dev.weft.supervisor.rollout.RolloutPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a manifest says, in the words of those who carry it out and judge it. */
class DeclarationTest {

  private static final String ROLLOUT =
      """
      apiVersion: weft/v1
      kind: Stage
      name: score
      summary: Scores a number.
      owner: tests@example.com
      uses: test/score
      variants: [{name: stable}, {name: good}]
      ---
      apiVersion: weft/v1
      kind: Rollout
      name: better
      summary: Has good answer.
      owner: tests@example.com
      stage: score
      candidate: good
      limits: {failedRuns: 1%}
      """;

  @TempDir private Path folder;

  @Test
  void whatIsLeftOutIsAsItAlwaysWas() throws IOException {
    var terms = Declaration.terms(read("").rollout("better").orElseThrow());

    assertEquals(new DriftLimits(200, 0.1, 0.1, 0.25, 0.001), terms.drift());
    assertFalse(terms.replays());
    assertEquals(new RolloutPlan.Watch(Duration.ofMinutes(10), 500), plan("").watch());
  }

  @Test
  void driftAndRecordedFramesAreAsDeclared() throws IOException {
    var more =
        """
        evidence: {whenTooFew: replay}
        drift: {watch: 30d, compared: 1%, window: 500, flips: 2%, ks: 0.05, psi: 0, falseAlarm: 0.01%}
        """;
    var terms = Declaration.terms(read(more).rollout("better").orElseThrow());

    assertEquals(new DriftLimits(500, 0.02, 0.05, 0, 0.0001), terms.drift());
    assertTrue(terms.replays());
    assertEquals(new RolloutPlan.Watch(Duration.ofDays(30), 100), plan(more).watch());
  }

  @Test
  void aWatchThatIsOffLastsNoTime() throws IOException {
    assertEquals(Duration.ZERO, plan("drift: {watch: off}\n").watch().lasts());
  }

  private RolloutPlan plan(String more) throws IOException {
    var manifests = read(more);
    var stage = Optional.ofNullable(manifests.stages().get("score")).orElseThrow();
    return Declaration.plan(manifests.rollout("better").orElseThrow(), stage);
  }

  private ManifestSet read(String more) throws IOException {
    var file = folder.resolve("rollout.yaml");
    Files.writeString(file, ROLLOUT + more);
    return ManifestFiles.load(file, StageKinds.discover());
  }
}
