package dev.weft.supervisor.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.Request;
import dev.weft.fabric.trace.ReadableRecorder;
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
import dev.weft.supervisor.rollout.Judgement;
import dev.weft.supervisor.rollout.RolloutEvent;
import dev.weft.supervisor.rollout.RolloutListener;
import dev.weft.supervisor.rollout.RolloutPlan;
import dev.weft.supervisor.rollout.RolloutReport;
import dev.weft.supervisor.rollout.RolloutState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Rollouts on a real node that nobody calls, but whose frames of yesterday were recorded. */
@Timeout(300)
class StoredFramesTest {

  private static final String MANIFESTS =
      """
      apiVersion: weft/v1
      kind: Stage
      name: half
      summary: Scores a number.
      owner: tests@example.com
      uses: test/half
      ---
      apiVersion: weft/v1
      kind: Stage
      name: score
      summary: Scores a number.
      owner: tests@example.com
      uses: test/score
      variants: [{name: stable}, {name: good}, {name: bad}, {name: throwing}, {name: nan}]
      ---
      apiVersion: weft/v1
      kind: Pipeline
      name: scoring
      summary: Scores numbers.
      owner: tests@example.com
      deadline: 10s
      inputs: [{name: x, datatype: FP32, shape: [n]}]
      trace: {capture: %s}
      steps:
        - {name: half, stage: half, inputs: {x: x}}
        - {name: score, stage: score, inputs: {x: half.y}}
      outputs: {scores: score.scores}
      """;

  private static final int RECORDED = 400;

  private static final Terms TERMS =
      new Terms(
          Limits.of(
              new Limit.CpuTime(4),
              new Limit.Changes("scores", Metric.TOP1_FLIPS, 0.05),
              new Limit.FarFrames("scores", Metric.RELATIVE_L2, 0.1, 0.1),
              new Limit.FailedRuns(0.05)),
          new ErrorBudget(0.01, 0.01, 2),
          new Effort(150, 5, 100_000, Duration.ofMinutes(10)),
          true,
          ComparisonSettings.usual().with(Map.of("scores", OutputKind.LOGITS)),
          new DriftLimits(50, 0.1, 0.1, 0.25, 0.001));

  /** Wakes whoever waits for a rollout to go on. */
  private static final class Heard implements RolloutListener {
    private final LinkedBlockingQueue<Boolean> news = new LinkedBlockingQueue<>();
    private volatile Judgement judged = Judgement.failed("nothing was judged yet");

    @Override
    public void happened(List<RolloutEvent> events, RolloutState after) {
      for (var event : events) {
        if (event instanceof RolloutEvent.StepJudged step) {
          judged = step.judgement();
        }
      }
      news.add(true);
    }

    @Override
    public void stands(RolloutState state, Judgement judgement, Instant at) {
      news.add(true);
    }

    void await() {
      try {
        news.take();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  @TempDir private Path folder;

  private final SplittableRandom random = new SplittableRandom(7);
  private final Heard heard = new Heard();
  private Weft weft;
  private Pipeline pipeline;
  private Rollouts rollouts;

  /** A node that records nothing. */
  @BeforeEach
  void start() throws IOException {
    Files.writeString(folder.resolve("manifests.yaml"), MANIFESTS.formatted("inputs"));
    open("", "off");
  }

  @AfterEach
  void stop() {
    weft.close();
  }

  @Test
  void aGoodCandidateLeavesTheShadowByRecordedFramesAlone() throws IOException {
    record("inputs", "stable");

    var report = rollOut("good", state -> state.course().orElseThrow().step() > 0);

    assertTrue(report.state().isActive(), report.toString());
    assertEquals(0, pipeline.counters().offeredCount());
  }

  @Test
  void aSubtlyWrongOneIsRolledBackByThemAndTheWorstFramesAreTheTraces() throws IOException {
    record("inputs", "stable");

    var report = rollOut("bad", state -> !state.isActive());

    var past = report.state().past().getLast();
    assertTrue(past.why().contains("'scores'"), past.why());
    assertEquals("shadow", past.step());
    var said = heard.judged;
    assertTrue(said.frames().replayed() > 0, said.toString());
    assertEquals(0, said.frames().compared());
    assertTrue(
        said.worst().stream().allMatch(frame -> frame.matches("visitor-\\d+/\\d+/\\d+ .*: .*")),
        said.worst().toString());
    assertTrue(said.worst().getFirst().contains("(replayed)"), said.worst().toString());
    assertTrue(said.notes().getFirst().contains("from a trace"), said.notes().toString());
  }

  @Test
  void oneThatGivesNanOnARecordedFrameIsRolledBackNamingIt() throws IOException {
    record("inputs", "stable");

    var past = rollOut("nan", state -> !state.isActive()).state().past().getLast();

    assertTrue(past.why().contains("NOT_FINITE in 'scores' of frame visitor-"), past.why());
    assertTrue(past.why().contains("(replayed)"), past.why());
  }

  @Test
  void oneThatFailsThemIsRolledBack() throws IOException {
    record("inputs", "stable");

    var past = rollOut("throwing", state -> !state.isActive()).state().past().getLast();

    assertTrue(past.why().contains("failed runs"), past.why());
  }

  @Test
  void aTraceWithoutInputsIsToldAsSuchAndTheStepWaits() throws IOException {
    record("outputs", "stable");

    var notes = notesOfAWait();

    assertTrue(
        notes.contains(RECORDED + " recorded frames were not used: its inputs were not kept"),
        notes.toString());
    assertTrue(notes.getLast().contains(RECORDED + " were read"), notes.toString());
  }

  @Test
  void framesThatAnotherVariantRanAreNotUsed() throws IOException {
    record("inputs", "good");

    var notes = notesOfAWait();

    assertTrue(
        notes.getFirst().contains("ran 'good' (expected: 'stable', which answers now)"),
        notes.toString());
  }

  @Test
  void framesOfAnotherManifestAreNotUsed() throws IOException {
    record("inputs", "stable");
    weft.close();
    var file = folder.resolve("manifests.yaml");
    Files.writeString(file, Files.readString(file).replace("deadline: 10s", "deadline: 9s"));
    open(folder.resolve("frames").toString());

    var notes = notesOfAWait();

    assertTrue(
        notes.getFirst().contains("the manifest of pipeline 'scoring' has changed since"),
        notes.toString());
  }

  @Test
  void whatCallersBringDuringTheStepIsNotRunAgain() throws IOException {
    record("inputs", "stable", 0);
    start("good");
    until(report -> report.state().course().orElseThrow().attempt() > 0);
    call(30);

    var notes = until(StoredFramesTest::hasNoMore).latest().orElseThrow().notes();

    assertEquals("no further recorded frames: 0 were read", notes.getFirst());
  }

  @Test
  void aCallersFrameIsNamedByTheEpochItIsRecordedUnder() throws IOException {
    record("inputs", "stable", 0);
    start("bad");
    until(report -> report.state().course().orElseThrow().attempt() > 0);
    while (rollouts.report("score").join().state().isActive()) {
      call(30);
    }

    var recorder = assertInstanceOf(ReadableRecorder.class, weft.recorder().orElseThrow());
    var name = heard.judged.worst().getFirst().split("[/ ]");
    assertEquals(recorder.epoch(), Long.parseLong(name[1]), heard.judged.worst().toString());
    assertNotEquals(weft.epoch(), recorder.epoch());
  }

  @Test
  void noneRunsWhileLoadHasTheShadowWait() throws IOException {
    record("inputs", "stable");
    weft.close();
    // Some of the memory is always taken, which here is too much.
    open(
        folder.resolve("frames").toString(),
        "on, memory-taken { elevated = 1e-6, high = 2e-6, critical = 0.99 }");
    start("good");

    for (var looks = 0; looks < 40; looks++) {
      heard.await();
    }

    var said = rollouts.report("score").join().latest().orElseThrow();
    assertTrue(weft.load().pausedLanes().contains(Lane.SHADOW));
    assertEquals(new Judgement.Frames(0, 0, 0, 0, 0), said.frames());
    assertEquals(List.of(), said.notes());
  }

  @Test
  void aNodeThatRecordsNothingSaysSo() {
    assertEquals(
        List.of("no recorded frames: this node records to no edge buffer"), notesOfAWait());
  }

  /** Yesterday, in a process before. */
  private void record(String capture, String by) throws IOException {
    record(capture, by, RECORDED);
  }

  private void record(String capture, String by, int frames) throws IOException {
    weft.close();
    Files.writeString(folder.resolve("manifests.yaml"), MANIFESTS.formatted(capture));
    open(folder.resolve("frames").toString());
    pipeline.swap("score", by).join();
    call(frames);
    weft.close();
    open(folder.resolve("frames").toString());
  }

  private void call(int frames) {
    for (var i = 0; i < frames; i++) {
      var x = weft.tensors().floats(Shape.of(1), (float) (2 * random.nextDouble()));
      var session = "visitor-" + random.nextInt(50);
      try (var answer = pipeline.run(Request.of("x", x).with("session", session))) {
        assertInstanceOf(Answer.Completed.class, answer);
      }
    }
  }

  private void open(String frames) {
    open(frames, "off");
  }

  private void open(String frames, String load) {
    weft =
        Weft.embedded(
            ConfigFactory.parseString(
                    """
                    weft.fabric { leak-tracing = on, loops = 2, journal.enabled = on }
                    weft.fabric.load { enabled = %s }
                    weft.fabric.trace.folder = "%s"
                    weft.persistence.journal.folder = "%s"
                    weft.supervisor.rollout.look-every = 20ms
                    """
                        .formatted(load, frames, folder.resolve("journal")))
                .withFallback(ConfigFactory.load()));
    pipeline = weft.load(folder.resolve("manifests.yaml")).getFirst();
    rollouts = Rollouts.on(weft, _ -> TERMS, heard, InstantSource.system());
  }

  /** Of a rollout that finds no frame it can use. */
  private List<String> notesOfAWait() {
    start("good");
    var report = until(StoredFramesTest::hasNoMore);
    assertEquals(0, report.state().course().orElseThrow().step());
    return report.latest().orElseThrow().notes();
  }

  private static boolean hasNoMore(RolloutReport report) {
    return report
        .latest()
        .map(said -> said.notes().stream().anyMatch(note -> note.startsWith("no ")))
        .orElse(false);
  }

  private RolloutReport rollOut(String candidate, Predicate<RolloutState> wanted) {
    start(candidate);
    return until(report -> wanted.test(report.state()));
  }

  private void start(String candidate) {
    rollouts.start(plan(candidate), Optional.empty()).join();
  }

  private RolloutReport until(Predicate<RolloutReport> wanted) {
    while (true) {
      var report = rollouts.report("score").join();
      if (wanted.test(report)) {
        return report;
      }
      heard.await();
    }
  }

  private static RolloutPlan plan(String candidate) {
    return new RolloutPlan(
        "score",
        candidate,
        "digest of " + candidate,
        List.of(
            new RolloutPlan.Step(0, 10_000, Duration.ofMillis(100)),
            new RolloutPlan.Step(10_000, 10_000, Duration.ofMinutes(1))),
        Duration.ofMinutes(10),
        RolloutPlan.Inconclusive.ROLL_BACK,
        new RolloutPlan.Watch(Duration.ZERO, 0),
        "");
  }
}
