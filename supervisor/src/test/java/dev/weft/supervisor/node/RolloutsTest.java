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
import dev.weft.supervisor.comparison.Metric;
import dev.weft.supervisor.comparison.OutputKind;
import dev.weft.supervisor.drift.DriftLimits;
import dev.weft.supervisor.gate.Effort;
import dev.weft.supervisor.gate.ErrorBudget;
import dev.weft.supervisor.gate.Limit;
import dev.weft.supervisor.gate.Limits;
import dev.weft.supervisor.rollout.Course;
import dev.weft.supervisor.rollout.Past;
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
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Rollouts on a real node, with stages that are good, subtly wrong, slow or broken. */
@Timeout(600)
class RolloutsTest {

  private static final String MANIFESTS =
      """
      apiVersion: weft/v1
      kind: Stage
      name: score
      summary: Scores a number.
      owner: tests@example.com
      uses: test/score
      variants: [{name: stable}, {name: good}, {name: bad}, {name: slow}, {name: nan},
        {name: throwing}, {name: unloadable}, {name: late}]
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

  private static final Terms TERMS =
      new Terms(
          Limits.of(
              new Limit.TailLatency(0.9, 4),
              new Limit.CpuTime(3),
              new Limit.Changes("scores", Metric.TOP1_FLIPS, 0.05),
              new Limit.FarFrames("scores", Metric.RELATIVE_L2, 0.1, 0.1),
              new Limit.FailedRuns(0.05),
              new Limit.LateRuns(0.05)),
          new ErrorBudget(0.01, 0.01, 3),
          new Effort(100, 1, 100_000, Duration.ofMinutes(10)),
          false,
          ComparisonSettings.usual().with(Map.of("scores", OutputKind.LOGITS)),
          new DriftLimits(50, 0.1, 0.1, 0.25, 0.001));

  @TempDir private Path folder;

  private final SplittableRandom random = new SplittableRandom(7);
  private Weft weft;
  private Pipeline pipeline;
  private Rollouts rollouts;
  private Duration deadline = Duration.ofSeconds(10);

  /** After every 20 frames; comparisons in the shadow wait for a gap they fit into. */
  private int gapMillis;

  private long failed;

  @BeforeEach
  void start() throws IOException {
    Files.writeString(folder.resolve("manifests.yaml"), MANIFESTS);
    open();
  }

  private void open() {
    weft =
        Weft.embedded(
            ConfigFactory.parseString(
                    """
                    weft.fabric { leak-tracing = on, loops = 2, journal.enabled = on, load.enabled = off }
                    weft.persistence.journal.folder = "%s"
                    weft.supervisor.rollout.look-every = 50ms
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
  void aGoodCandidateIsPromotedAndStaysAfterARestart() {
    var over = rollOut("good");

    assertEquals(RolloutState.Phase.HEALTHY, over.phase(), why(over));
    assertEquals("good", running());
    assertEquals(0, failed);
    weft.close();
    open();
    until(state -> running().equals("good"));
  }

  @Test
  void aSubtlyWrongOneIsRolledBackInTheShadowNamingTheTensor() {
    var over = rollOut("bad");

    assertEquals(RolloutState.Phase.DEGRADED, over.phase(), why(over));
    var past = over.past().getLast();
    assertTrue(past.why().contains("'scores'"), past.why());
    assertEquals("shadow", past.step());
    assertEquals("stable", running());
  }

  @Test
  void aSlowOneIsRolledBack() {
    gapMillis = 10;
    var over = rollOut("slow");

    assertEquals(RolloutState.Phase.DEGRADED, over.phase(), why(over));
    var why = over.past().getLast().why();
    assertTrue(why.contains("cpu") || why.contains("latency"), why);
    assertEquals("stable", running());
  }

  /** It takes no processor time, and its runs end without an answer, so without a latency. */
  @Test
  void oneThatMissesItsCallersDeadlineIsRolledBackBeforeMoreCallersMeetIt() {
    deadline = Duration.ofMillis(30);
    rollouts.start(toHalfAtOnce("late"), Optional.empty()).join();
    var over = until(state -> !state.isActive());

    assertEquals(RolloutState.Phase.DEGRADED, over.phase(), why(over));
    var past = over.past().getLast();
    assertTrue(past.why().contains("tail latency"), past.why());
    assertEquals("50 %", past.step());
    assertEquals("stable", running());
  }

  @Test
  void oneThatGivesNanIsRolledBackAtTheFirstAndAnswersNobody() {
    var over = rollOut("nan");

    assertTrue(over.past().getLast().why().contains("NOT_FINITE in 'scores'"), why(over));
    assertEquals("stable", running());
  }

  @Test
  void oneThatFailsIsRolledBack() {
    var over = rollOut("throwing");

    assertTrue(over.past().getLast().why().contains("failed runs"), why(over));
    assertEquals(0, failed);
  }

  @Test
  void oneThatCannotBeLoadedIsRolledBackWithTheReason() {
    var over = rollOut("unloadable");

    assertTrue(over.past().getLast().why().contains("model is truncated"), why(over));
    assertEquals("stable", running());
  }

  @Test
  void promotingWithoutEvidenceIsRefusedUntilTheRiskIsAccepted() {
    rollouts.start(plan("good", Duration.ofMinutes(5)), Optional.empty()).join();
    until(state -> state.course().orElseThrow().attempt() > 0);

    var refused = assertThrows(CompletionException.class, rollouts.promote("score", "")::join);
    assertEquals(
        RolloutRefusal.NO_EVIDENCE,
        assertInstanceOf(RolloutException.class, refused.getCause()).refusal());
    rollouts.promote("score", "a test says so").join();
    var over = until(state -> !state.isActive());

    assertEquals(Past.Outcome.FORCED, over.past().getLast().outcome());
    assertEquals("good", running());
  }

  @Test
  void whatDriftsUnderTheWatchIsReplacedByWhatRanBefore() {
    rollouts
        .start(plan("bad", 0, Duration.ofMinutes(5), Duration.ofMinutes(5)), Optional.empty())
        .join();
    // Nothing is compared before the promotion, which a gate would be quicker than.
    until(state -> state.course().orElseThrow().load() == Course.Load.DONE);
    rollouts.promote("score", "a test says so").join();

    var over = until(state -> !state.isActive());

    assertTrue(over.past().getLast().why().startsWith("DRIFTED"), why(over));
    until(state -> running().equals("stable"));
  }

  @Test
  void aRolloutUnderWayGoesOnInTheNextProcess() {
    rollouts.start(plan("good", Duration.ofSeconds(1)), Optional.empty()).join();
    until(state -> state.course().orElseThrow().step() == 1);
    weft.close();
    open();

    var over = until(state -> !state.isActive());

    assertEquals(RolloutState.Phase.HEALTHY, over.phase(), why(over));
    assertEquals("good", running());
  }

  @Test
  void anAbortTakesTheCandidateOutAtOnce() {
    rollouts.start(plan("good", Duration.ofSeconds(30)), Optional.empty()).join();
    until(state -> state.course().orElseThrow().attempt() > 0);

    rollouts.abort("score", "enough").join();

    until(state -> pipeline.plan().orElseThrow().steps().getFirst().trial().isEmpty());
    assertEquals("stable", running());
  }

  @Test
  void anAbortInTheWatchTakesWhatWasPromotedOut() {
    var watched = plan("good", RolloutPlan.WHOLE, Duration.ofSeconds(30), Duration.ofMinutes(5));
    rollouts.start(watched, Optional.empty()).join();
    until(state -> state.course().orElseThrow().attempt() > 0);
    rollouts.promote("score", "a test says so").join();
    until(state -> running().equals("good"));

    var over = rollouts.abort("score", "a test says so").join();

    assertEquals(RolloutState.Phase.DEGRADED, over.phase());
    until(_ -> running().equals("stable"));
  }

  private RolloutState rollOut(String candidate) {
    rollouts.start(plan(candidate, Duration.ofMillis(200)), Optional.empty()).join();
    return until(state -> !state.isActive());
  }

  /** Feeds frames until the rollouts of the stage stand so. */
  private RolloutState until(Predicate<RolloutState> wanted) {
    while (true) {
      var state = rollouts.report("score").join().state();
      if (wanted.test(state)) {
        return state;
      }
      for (var i = 0; i < 20; i++) {
        feed();
      }
      LockSupport.parkNanos(gapMillis * 1_000_000L);
    }
  }

  private void feed() {
    var x = weft.tensors().floats(Shape.of(1), (float) random.nextDouble());
    var session = "visitor-" + random.nextInt(500);
    try (var answer = pipeline.run(Request.of("x", x).with("session", session).within(deadline))) {
      failed += answer instanceof Answer.Completed ? 0 : 1;
    }
  }

  /** Without a step in the shadow, which waits for a gap longer than such a run. */
  private static RolloutPlan toHalfAtOnce(String candidate) {
    return new RolloutPlan(
        "score",
        candidate,
        "digest of " + candidate,
        List.of(new RolloutPlan.Step(5_000, 0, Duration.ZERO)),
        Duration.ofMinutes(10),
        RolloutPlan.Inconclusive.ROLL_BACK,
        new RolloutPlan.Watch(Duration.ZERO, 0),
        "");
  }

  private static String why(RolloutState over) {
    return over.past().getLast().toString();
  }

  private String running() {
    return pipeline.plan().orElseThrow().steps().getFirst().arms().getFirst().variant();
  }

  private static RolloutPlan plan(String candidate, Duration dwell) {
    return plan(candidate, RolloutPlan.WHOLE, dwell, Duration.ofMillis(500));
  }

  /**
   * @param inShadow part of the frames that both variants run at the first step
   */
  private static RolloutPlan plan(String candidate, int inShadow, Duration dwell, Duration watch) {
    return new RolloutPlan(
        "score",
        candidate,
        "digest of " + candidate,
        List.of(
            new RolloutPlan.Step(0, inShadow, dwell),
            new RolloutPlan.Step(5_000, 2_000, dwell),
            new RolloutPlan.Step(10_000, 10_000, dwell)),
        Duration.ofMinutes(10),
        RolloutPlan.Inconclusive.ROLL_BACK,
        new RolloutPlan.Watch(watch, 1_000),
        "");
  }
}
