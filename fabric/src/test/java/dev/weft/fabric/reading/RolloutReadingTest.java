package dev.weft.fabric.reading;

import static dev.weft.fabric.reading.ManifestTexts.STAGE;
import static dev.weft.fabric.reading.ManifestTexts.errors;
import static dev.weft.fabric.reading.ManifestTexts.read;
import static dev.weft.fabric.reading.ManifestTexts.shown;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.explanation.Explanation;
import dev.weft.fabric.manifest.ManifestDigest;
import dev.weft.fabric.manifest.ManifestException;
import dev.weft.fabric.manifest.ManifestSet;
import dev.weft.fabric.manifest.RolloutManifest;
import dev.weft.fabric.manifest.RolloutManifest.Drift;
import dev.weft.fabric.manifest.RolloutManifest.ErrorBound;
import dev.weft.fabric.manifest.RolloutManifest.Evidence;
import dev.weft.fabric.manifest.RolloutManifest.Limits;
import dev.weft.fabric.manifest.RolloutManifest.Step;
import dev.weft.fabric.wiring.RolloutCheck;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rollouts, read into what they say and held against their stage. */
class RolloutReadingTest {

  private static final Path FILE = ManifestTexts.GOOD.resolve("rollout.yaml");

  /** Of the stage {@code double}, which has got a second variant. */
  private static final String ROLLOUT =
      """
      apiVersion: weft/v1
      kind: Rollout
      name: half
      summary: Has fp16 answer.
      owner: numbers@example.org
      stage: double
      candidate: fp16
      limits: {outputs: [{tensor: y, metric: max-abs, above: 0.5, share: 1%}]}
      """;

  private static final String VARIANT =
      """
        - name: fp16
          artifact: {file: model.onnx, sha256: %s, size: 24}
      """
          .formatted(ManifestTexts.SHA256);

  @TempDir Path folder;

  private final ManifestSet manifests = ManifestFiles.load(FILE, FakeKinds.all());

  @Test
  void readsEveryFieldOfARollout() {
    var rollout = manifests.rollout("embed-fp32").orElseThrow();

    assertEquals(FILE, rollout.origin());
    assertEquals("Has the larger form of the model answer.", rollout.summary());
    assertEquals("vision@example.org", rollout.owner());
    assertEquals("embed", rollout.stage());
    assertEquals("fp32", rollout.candidate());
    assertEquals(
        List.of(
            new Step(0, 20),
            new Step(0.5, 20),
            new Step(5, 50),
            new Step(25, 20),
            new Step(100, 20)),
        rollout.steps());
    assertEquals(Duration.ofMinutes(1), rollout.dwell());
    assertEquals(Duration.ofHours(2), rollout.giveUpAfter());
    assertTrue(rollout.rollsBackWhenInconclusive());
    assertEquals(new Evidence(300, 10, 9000, true), rollout.evidence());
    assertEquals(
        new Limits(
            Optional.of(new Limits.TailLatency(0.99, 1.25)),
            OptionalDouble.of(2),
            OptionalDouble.of(0.001),
            List.of(
                new Limits.Output("last/pool:0", "cosine-distance", OptionalDouble.of(0.05), 0.02),
                new Limits.Output(
                    "last/pool:0", "neighbours-lost", OptionalDouble.empty(), 0.125))),
        rollout.limits());
    assertEquals(new ErrorBound(0.0005, 0.02), rollout.error());
    assertEquals(
        new Drift(Duration.ofDays(7), 1, 1000, new Drift.Normal(0.02, 0.05, 0.125), 0.0001),
        rollout.drift());
    assertEquals(Map.of("domain", "image"), rollout.labels());
  }

  @Test
  void fillsWhatARolloutLeavesOut() {
    var rollout = manifests.rollout("embed-briefly").orElseThrow();

    assertEquals(
        List.of(0.0, 1.0, 5.0, 25.0, 50.0, 100.0),
        rollout.steps().stream().map(Step::answersPercent).toList());
    assertTrue(rollout.steps().stream().allMatch(step -> step.comparedPercent() == 100));
    assertEquals(Duration.ofSeconds(30), rollout.dwell());
    assertEquals(Duration.ofHours(1), rollout.giveUpAfter());
    assertFalse(rollout.rollsBackWhenInconclusive());
    assertEquals(new Evidence(200, 1, 20_000, false), rollout.evidence());
    assertEquals(OptionalDouble.of(0.01), rollout.limits().failedRuns());
    assertEquals(new ErrorBound(0.005, 0.01), rollout.error());
    assertEquals(
        new Drift(Duration.ofMinutes(10), 5, 200, new Drift.Normal(0.1, 0.1, 0.25), 0.001),
        rollout.drift());
  }

  @Test
  void loadsTheRolloutsOfOneFileWithTheStagesOfItsFolder() {
    assertEquals(Set.of("embed"), manifests.stages().keySet());
    assertEquals(Set.of("embed-fp32", "embed-briefly"), manifests.rollouts().keySet());
    assertEquals(Set.of(), manifests.pipelines().keySet());
    assertEquals(List.of(), manifests.warnings());
  }

  @Test
  void keepsTheTextOfItsOwnDocumentAlone() {
    var first = manifests.rollout("embed-fp32").orElseThrow().text();
    var second = manifests.rollout("embed-briefly").orElseThrow().text();

    assertTrue(first.startsWith("# What has been decided"), first);
    assertTrue(first.endsWith("labels: {domain: image}\n"), first);
    assertTrue(second.startsWith("---\napiVersion: weft/v1\n"), second);
    assertTrue(second.contains("name: embed-briefly"), second);
  }

  @Test
  void aTextTooLongToBeKeptIsAProblem() throws IOException {
    var comment = "# " + "ä".repeat(RolloutManifest.TEXT_BYTES_MAX / 2) + "\n";

    var errors = errors(folder, stage(), ROLLOUT + comment);

    assertEquals(1, errors.size(), errors.toString());
    assertTrue(errors.getFirst().contains("at most 65536"), errors.toString());
  }

  @Test
  void theDigestIsOfWhatItSaysNotOfItsText() {
    var rollout = manifests.rollout("embed-fp32").orElseThrow();

    assertEquals(ManifestDigest.of(rollout), ManifestDigest.of(rollout.withText("other")));
    assertNotEquals(
        ManifestDigest.of(rollout),
        ManifestDigest.of(manifests.rollout("embed-briefly").orElseThrow()));
  }

  @Test
  void readsARolloutAgainFromTheTextItKeeps() {
    for (var rollout : manifests.rollouts().values()) {
      var again = ManifestFiles.rollout(rollout.text());

      assertEquals(ManifestDigest.of(rollout), ManifestDigest.of(again));
      assertEquals(rollout.text(), again.text());
    }
  }

  @Test
  void aKeptTextThatIsNoGoodRolloutIsRefused() {
    for (var text : List.of("", "kind: Rollot", ROLLOUT.replace("limits", "limit"))) {
      var thrown = assertThrows(ManifestException.class, () -> ManifestFiles.rollout(text));
      assertFalse(thrown.problems().isEmpty());
    }
    assertEquals("double", ManifestFiles.rollout(ROLLOUT).stage());
  }

  @Test
  void warnsOfARolloutThatLimitsNoOutput() throws IOException {
    assertEquals(
        List.of(
            "26:9: limits.outputs: none (expected: a limit on at least one output; as it is, the"
                + " candidate may answer anything that is no fault)"),
        warnings(ROLLOUT.replaceFirst("limits: .*", "limits: {failedRuns: 1%}")));
  }

  @Test
  void aWatchCanBeTurnedOffByName() throws IOException {
    var off = read(folder, stage(), ROLLOUT + "drift: {watch: off}\n");
    var both = read(folder, stage(), ROLLOUT + "drift: {watch: off, compared: 5%, ks: 0.2}\n");

    var rollout = off.manifests().rollout("half").orElseThrow();
    assertEquals(List.of(), off.warnings());
    assertFalse(rollout.drift().isWatched());
    assertTrue(
        Explanation.of(rollout, off.manifests().stages())
            .contains("the watch is off: nobody holds fp16 against what it replaced"));
    assertEquals(
        List.of(
            "27:31: drift.compared: given (expected: nothing beside watch: off, as nobody looks for"
                + " drift)",
            "27:39: drift.ks: given (expected: nothing beside watch: off, as nobody looks for"
                + " drift)"),
        shown(both.warnings()));
  }

  @Test
  void warnsOfAWatchInWhichHardlyAWindowIsFull() throws IOException {
    assertEquals(
        List.of(
            "27:16: drift.watch: 1 s (expected: off, or at least 10 s; a window of 50 compared"
                + " frames is hardly full in less)"),
        warnings(ROLLOUT + "drift: {watch: 1s, window: 50}\n"));
    assertEquals(List.of(), warnings(ROLLOUT + "drift: {watch: 10s}\n"));
  }

  @Test
  void warnsOfABoundThatAllowsMoreThanOneWrongDecisionInFive() throws IOException {
    assertEquals(
        List.of(
            "27:26: errors.falsePromotion: 60 % (expected: at most 20 %; as it is, up to 60 % of"
                + " the candidates beyond a limit may be promoted)",
            "27:46: errors.falseRollback: 20.5 % (expected: at most 20 %; as it is, up to 20.5 % of"
                + " the candidates within all limits may be rolled back)"),
        warnings(ROLLOUT + "errors: {falsePromotion: 60%, falseRollback: 20.5%}\n"));
    assertEquals(
        List.of(), warnings(ROLLOUT + "errors: {falsePromotion: 20%, falseRollback: 20%}\n"));
  }

  @Test
  void timesMayBeDays() throws IOException {
    var text = ROLLOUT + "dwell: 2d\ngiveUpAfter: 30d\ndrift: {watch: 720h}\n";

    var rollout = read(folder, stage(), text).manifests().rollout("half").orElseThrow();

    assertEquals(Duration.ofDays(2), rollout.dwell());
    assertEquals(Duration.ofDays(30), rollout.giveUpAfter());
    assertEquals(Duration.ofDays(30), rollout.drift().watch());
  }

  @Test
  void warnsOfRecordedFramesThatNoStepWouldRun() throws IOException {
    assertEquals(
        List.of(
            "28:24: evidence.whenTooFew: replay (expected: a step in the shadow; as it is, no"
                + " recorded frame is run again)"),
        warnings(ROLLOUT + "steps: [1%, 100%]\nevidence: {whenTooFew: replay}\n"));
  }

  @Test
  void warnsOfACandidateThatNeverAnswersEverybody() throws IOException {
    assertEquals(
        List.of(
            "27:17: steps[1]: 50 % is the last (expected: 100%; as it is, the candidate is promoted"
                + " without having answered everybody)"),
        warnings(ROLLOUT + "steps: [shadow, 50%]\n"));
  }

  @Test
  void warnsOfACandidateThatIsTheDefault() throws IOException {
    assertEquals(
        List.of(
            "25:12: candidate: 'fp32', the default of stage 'double' (expected: another, unless the"
                + " steps that run the stage name another)"),
        warnings(ROLLOUT.replace("candidate: fp16", "candidate: fp32")));
  }

  @Test
  void warnsOfADistanceOfWhatIsTakenForNames() throws IOException {
    var whole = stage().replace("name: y, datatype: FP32", "name: y, datatype: INT64");
    var second =
        ROLLOUT.replace("share: 1%}]", "share: 1%}, {tensor: y, metric: top1-flips, share: 1%}]");

    assertEquals(
        List.of(
            "26:40: limits.outputs[0].metric: max-abs of y INT64[n] (expected: mismatches, or also"
                + " a metric that says what they are: INT64 is taken for names)"),
        shown(read(folder, whole, ROLLOUT).warnings()));
    assertEquals(List.of(), shown(read(folder, whole, second).warnings()));
  }

  @Test
  void refusesMetricsThatTakeOneOutputForTwoThings() throws IOException {
    var whole = stage().replace("name: y, datatype: FP32", "name: y, datatype: INT64");
    var second = "share: 1%}, {tensor: y, metric: mismatches, share: 1%}]";

    assertEquals(
        List.of(
            "26:93: limits.outputs[1].metric: mismatches beside max-abs of 'y' (expected: metrics"
                + " of one reading: an output is classes, an embedding, or names)"),
        errors(folder, whole, ROLLOUT.replace("share: 1%}]", second)));
  }

  @Test
  void refusesMetricsThatAnOutputOfItsTypeOrShapeDoesNotHave() throws IOException {
    var second = "share: 1%}, {tensor: y, metric: kl, above: 1, share: 1%}]";
    var whole = stage().replace("name: y, datatype: FP32", "name: y, datatype: INT64");

    assertEquals(
        List.of(
            "26:93: limits.outputs[1].metric: kl of y INT64[n] (expected: one of [max-abs,"
                + " relative-l2, cosine-distance, top1-flips, topk-flips, neighbours-lost,"
                + " mismatches], which are what there is of INT64)"),
        errors(folder, whole, ROLLOUT.replace("share: 1%}]", second)));
  }

  @Test
  void refusesMoreSessionsThanAreToldApart() throws IOException {
    var most = read(folder, stage(), ROLLOUT + "evidence: {sessionsMin: 10000}\n");

    assertEquals(10_000, most.manifests().rollout("half").orElseThrow().evidence().sessionsMin());
    assertEquals(
        List.of("27:25: evidence.sessionsMin: 10001 (expected: a whole number from 0 to 10000)"),
        errors(folder, stage(), ROLLOUT + "evidence: {sessionsMin: 10001}\n"));
    var thrown =
        assertThrows(IllegalArgumentException.class, () -> new Evidence(1, 10_001, 1, false));
    assertEquals("evidence.sessionsMin: 10001 (expected: <= 10000)", thrown.getMessage());
  }

  @Test
  void refusesACandidateThatHasNothingToReplace() throws IOException {
    var errors = errors(folder, STAGE, ROLLOUT.replace("fp16", "fp32"));

    assertEquals(
        List.of(
            "23:12: candidate: 'fp32', the default of stage 'double' and its only one (expected:"
                + " another than the one that runs)"),
        errors);
  }

  @Test
  void saysNothingOfAStageThatCouldNotBeRead() throws IOException {
    var errors = errors(folder, stage().replace("  - name: fp16", "  - nme: fp16"), ROLLOUT);

    assertEquals(1, errors.size(), errors.toString());
    assertTrue(errors.getFirst().contains("variants[1].nme"), errors.toString());
  }

  @Test
  void holdsARolloutMadeInCodeAgainstTheSameRules() {
    var good = manifests.rollout("embed-briefly").orElseThrow();
    var output = new Limits.Output("pool", "cosine", OptionalDouble.empty(), 0.01);
    var bad =
        new RolloutManifest(
            good.origin(),
            good.name(),
            good.summary(),
            good.owner(),
            good.stage(),
            "int4",
            List.of(),
            good.dwell(),
            Duration.ofSeconds(1),
            false,
            new Evidence(2, 0, 1, false),
            new Limits(
                Optional.empty(), OptionalDouble.empty(), OptionalDouble.empty(), List.of(output)),
            good.error(),
            good.drift(),
            Map.of(),
            "");

    assertEquals(List.of(), RolloutCheck.problems(good, manifests.stages()));
    assertEquals(
        List.of(
            "steps",
            "giveUpAfter",
            "evidence.samplesMax",
            "limits.outputs[0].metric",
            "candidate",
            "limits.outputs[0].tensor"),
        RolloutCheck.problems(bad, manifests.stages()).stream()
            .map(problem -> problem.field())
            .toList());
    assertEquals(
        List.of("stage"),
        RolloutCheck.problems(good, Map.of()).stream().map(problem -> problem.field()).toList());
  }

  private static String stage() {
    return STAGE + VARIANT;
  }

  private List<String> warnings(String rollout) throws IOException {
    var reading = read(folder, stage(), rollout);
    assertEquals(List.of(), reading.errors());
    return shown(reading.warnings());
  }
}
