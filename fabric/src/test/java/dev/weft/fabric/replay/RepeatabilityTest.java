package dev.weft.fabric.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.pipeline.Graphs;
import dev.weft.fabric.pipeline.Plan;
import dev.weft.fabric.pipeline.VariantChoice;
import dev.weft.fabric.trace.Decision;
import dev.weft.fabric.trace.Fingerprint;
import dev.weft.fabric.trace.Fingerprint.Environment;
import dev.weft.fabric.trace.Fingerprints;
import dev.weft.fabric.trace.FrameRecord;
import dev.weft.fabric.trace.FrameRecord.AnswerRecord;
import dev.weft.fabric.trace.FrameRecord.Routing;
import dev.weft.fabric.trace.FrameRecord.StepRecord;
import dev.weft.fabric.trace.TraceRecord.Deployment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Frames of a chain of three steps of one stage, asked whether they can be run again at its second.
 */
class RepeatabilityTest {

  private static final Environment HERE = new Environment("1.2", "a machine", List.of("avx2"), 1);
  private static final StageManifest STAGE = Graphs.stage("stage", "x");
  private static final Map<String, StageManifest> STAGES = Map.of("stage", STAGE);
  private static final Plan PLAN =
      Plan.compile(Graphs.chainOf(3), STAGES, VariantChoice.declared());

  private final Repeatability repeatability =
      new Repeatability(PLAN, PLAN.steps().get(1), STAGES, prints(HERE));

  @Test
  void aFrameOfTheSameManifestVariantsAndMachineHasNoObstacle() {
    var print = print(HERE);
    repeatability.learn(print);

    assertEquals(Optional.empty(), repeatability.obstacle(frame(print.id(), "one", "one", "one")));
  }

  @Test
  void whatRanBehindTheStepIsNoObstacleButWhatRanBeforeItIs() {
    var print = print(HERE);
    repeatability.learn(print);

    assertEquals(Optional.empty(), repeatability.obstacle(frame(print.id(), "one", "one", "gone")));
    assertObstacle(
        "step 's1' ran 'two' (expected: 'one', which answers now)",
        frame(print.id(), "one", "two", "one"));
  }

  @Test
  void anotherRuntimeIsAnObstacleThatIsNamed() {
    var then = print(new Environment("1.1", "a machine", List.of("avx2"), 1));
    repeatability.learn(then);

    assertObstacle(
        "its fingerprint differs: ONNX Runtime: 1.1, here 1.2",
        frame(then.id(), "one", "one", "one"));
  }

  @Test
  void anotherModelOfTheSameNameIsAnObstacle() {
    var other = Graphs.stage("stage", "test/other", List.of("one", "two"), STAGE.abi());
    var then = prints(HERE).of(PLAN, Map.of("stage", other));
    repeatability.learn(then);

    var obstacle = repeatability.obstacle(frame(then.id(), "one", "one", "one")).orElseThrow();

    assertTrue(obstacle.contains("stage@one test/other"), obstacle);
  }

  @Test
  void aFingerprintThatIsNotToldIsAnObstacle() {
    assertObstacle("its fingerprint is not in the trace", frame("?", "one", "one", "one"));
  }

  @Test
  void aStepThatDidNotRunAndAnotherManifestAreObstacles() {
    var print = print(HERE);
    repeatability.learn(print);
    var digest = Deployment.digest(PLAN.manifest());

    assertObstacle("step 's1' did not run", frame(digest, print.id(), List.of(step("s0", "one"))));
    assertObstacle(
        "the manifest of pipeline '%s' has changed since".formatted(PLAN.manifest().name()),
        frame("another", print.id(), List.of(step("s0", "one"), step("s1", "one"))));
  }

  private void assertObstacle(String expected, FrameRecord frame) {
    assertEquals(Optional.of(expected), repeatability.obstacle(frame));
  }

  private static Fingerprint print(Environment environment) {
    return prints(environment).of(PLAN, STAGES);
  }

  private static Fingerprints prints(Environment environment) {
    return new Fingerprints(_ -> Optional.empty(), environment);
  }

  private static FrameRecord frame(String print, String first, String second, String third) {
    return frame(
        Deployment.digest(PLAN.manifest()),
        print,
        List.of(step("s0", first), step("s1", second), step("s2", third)));
  }

  private static FrameRecord frame(String manifest, String print, List<StepRecord> steps) {
    return new FrameRecord(
        PLAN.manifest().name(),
        "visit-7",
        "",
        1,
        41,
        Instant.EPOCH,
        0,
        Duration.ofSeconds(1),
        Lane.INTERACTIVE,
        0,
        print,
        manifest,
        new Routing(Map.of(), Map.of(), Map.of(), Map.of(), ""),
        List.of(),
        List.of(),
        steps,
        new AnswerRecord(AnswerRecord.Kind.COMPLETED, "", List.of(), Duration.ZERO),
        Duration.ZERO,
        false);
  }

  private static StepRecord step(String name, String variant) {
    return new StepRecord(
        name,
        Decision.RAN_DECLARED,
        0,
        "stage",
        variant,
        List.of(),
        List.of(),
        Duration.ZERO,
        Duration.ZERO,
        "");
  }
}
