package dev.weft.supervisor.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.Request;
import dev.weft.stages.tensor.Shape;
import dev.weft.supervisor.analysis.Terms;
import dev.weft.supervisor.comparison.ComparisonSettings;
import dev.weft.supervisor.drift.DriftLimits;
import dev.weft.supervisor.gate.Effort;
import dev.weft.supervisor.gate.ErrorBudget;
import dev.weft.supervisor.gate.Limit;
import dev.weft.supervisor.gate.Limits;
import dev.weft.supervisor.rollout.RolloutException;
import dev.weft.supervisor.rollout.RolloutListener;
import dev.weft.supervisor.rollout.RolloutPlan;
import dev.weft.supervisor.rollout.RolloutRefusal;
import dev.weft.supervisor.rollout.RolloutState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionException;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A candidate that gets its own process killed by the kernel, on a real node. */
@Timeout(300)
class CrashTest {

  private static final String MANIFESTS =
      """
      apiVersion: weft/v1
      kind: Stage
      name: score
      summary: Scores a number.
      owner: tests@example.com
      uses: test/score
      isolation: process
      variants: [{name: stable}, {name: crashing}]
      ---
      apiVersion: weft/v1
      kind: Pipeline
      name: scoring
      summary: Scores numbers.
      owner: tests@example.com
      deadline: 10s
      inputs: [{name: x, datatype: FP32, shape: [n]}]
      steps: [{name: score, stage: score, inputs: {x: x}}]
      outputs: {scores: score.scores}
      """;

  /** No rate of failed runs is reached by one crash among them. */
  private static final Terms TERMS =
      new Terms(
          Limits.of(new Limit.FailedRuns(0.9)),
          new ErrorBudget(0.01, 0.01, 2),
          new Effort(1_000_000, 1, 1_000_000, Duration.ofMinutes(10)),
          false,
          ComparisonSettings.usual(),
          new DriftLimits(1_000_000, 0.1, 0.1, 0.25, 0.001));

  @TempDir private Path folder;

  private final SplittableRandom random = new SplittableRandom(7);
  private Weft weft;
  private Pipeline pipeline;
  private Rollouts rollouts;
  private long failed;

  @BeforeEach
  void start() throws IOException {
    Files.writeString(folder.resolve("manifests.yaml"), MANIFESTS);
    weft =
        Weft.embedded(
            ConfigFactory.parseString(
                    """
                    weft.fabric { leak-tracing = on, loops = 2, journal.enabled = on, load.enabled = off }
                    weft.persistence.journal.folder = "%s"
                    weft.supervisor.rollout.look-every = 20ms
                    """
                        .formatted(folder.resolve("journal")))
                .withFallback(ConfigFactory.load()));
    pipeline = weft.load(folder).getFirst();
    rollouts = Rollouts.on(weft, _ -> TERMS, RolloutListener.none(), InstantSource.system());
  }

  @AfterEach
  void stop() {
    weft.close();
  }

  @Test
  void inTheShadowTheFirstCrashRollsItBackNamesItAndCostsNoCaller() {
    var over = rollOut(0, 10_000);

    assertCrashed(over);
    assertEquals("shadow", over.past().getLast().step());
    assertEquals(0, failed);
    assertEquals("stable", running());
  }

  @Test
  void whereItAnswersTheFirstCrashRollsItBackAndCostsItsFrames() {
    var over = rollOut(10_000, 0);

    assertCrashed(over);
    assertTrue(failed >= 1, "failed frames: " + failed);
    until(state -> running().equals("stable") && !hasTrial(), 0.5);
    var before = failed;
    feed(200, 1);
    assertEquals(before, failed);
  }

  @Test
  void underTheWatchTheFirstCrashBringsTheOtherBack() {
    rollouts.start(plan(0, 10_000), Optional.empty()).join();
    until(state -> state.course().orElseThrow().attempt() > 0, 0.5);
    rollouts.promote("score", "a test says so").join();
    until(state -> running().equals("crashing"), 0.5);

    assertCrashed(until(state -> !state.isActive(), 1));

    until(state -> running().equals("stable"), 0.5);
  }

  @Test
  void theSecondTimeItIsDenied() {
    assertEquals(Map.of("digest", 1), rollOut(0, 10_000).crashes());
    var again = rollOut(0, 10_000);

    assertEquals(Map.of("digest", 2), again.crashes());
    var refused =
        assertThrows(
            CompletionException.class, rollouts.start(plan(0, 10_000), Optional.empty())::join);
    assertEquals(
        RolloutRefusal.DENIED,
        assertInstanceOf(RolloutException.class, refused.getCause()).refusal());
  }

  private static void assertCrashed(RolloutState over) {
    var why = over.past().getLast().why();
    assertEquals(RolloutState.Phase.DEGRADED, over.phase(), why);
    assertTrue(why.startsWith("CRASHED: CRASH of frame visitor-"), why);
    assertTrue(why.contains("its process ended with signal 11 (SIGSEGV)"), why);
  }

  private RolloutState rollOut(int answers, int compared) {
    rollouts.start(plan(answers, compared), Optional.empty()).join();
    return until(state -> !state.isActive(), 1);
  }

  /** Feeds frames until the rollouts of the stage stand so. */
  private RolloutState until(Predicate<RolloutState> wanted, double below) {
    while (true) {
      var state = rollouts.report("score").join().state();
      if (wanted.test(state)) {
        return state;
      }
      feed(10, below);
    }
  }

  private void feed(int frames, double below) {
    for (var i = 0; i < frames; i++) {
      var x = weft.tensors().floats(Shape.of(1), (float) (below * random.nextDouble()));
      var session = "visitor-" + random.nextInt(500);
      try (var answer = pipeline.run(Request.of("x", x).with("session", session))) {
        failed += answer instanceof Answer.Completed ? 0 : 1;
      }
    }
  }

  private boolean hasTrial() {
    return pipeline.plan().orElseThrow().steps().getFirst().trial().isPresent();
  }

  private String running() {
    return pipeline.plan().orElseThrow().steps().getFirst().arms().getFirst().variant();
  }

  private static RolloutPlan plan(int answers, int compared) {
    return new RolloutPlan(
        "score",
        "crashing",
        "digest",
        List.of(new RolloutPlan.Step(answers, compared, Duration.ofMinutes(1))),
        Duration.ofMinutes(10),
        RolloutPlan.Inconclusive.ROLL_BACK,
        new RolloutPlan.Watch(Duration.ofMinutes(10), 1_000),
        "");
  }
}
