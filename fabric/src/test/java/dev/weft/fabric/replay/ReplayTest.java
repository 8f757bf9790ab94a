package dev.weft.fabric.replay;

import static dev.weft.fabric.pipeline.Graphs.input;
import static dev.weft.fabric.pipeline.Graphs.output;
import static dev.weft.fabric.pipeline.Graphs.pipeline;
import static dev.weft.fabric.pipeline.Graphs.step;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.manifest.Batching;
import dev.weft.fabric.manifest.Capture;
import dev.weft.fabric.manifest.Condition;
import dev.weft.fabric.manifest.Door;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.PipelineManifest.Arm;
import dev.weft.fabric.manifest.PipelineManifest.Gate;
import dev.weft.fabric.manifest.PipelineManifest.Split;
import dev.weft.fabric.manifest.PipelineManifest.Step;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.manifest.StandIn;
import dev.weft.fabric.manifest.TensorRef;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.FabricClock;
import dev.weft.fabric.pipeline.Graphs;
import dev.weft.fabric.pipeline.Plan.PlanStep;
import dev.weft.fabric.pipeline.Request;
import dev.weft.fabric.stage.SoloStages;
import dev.weft.fabric.stage.StageLoader;
import dev.weft.fabric.trace.Decision;
import dev.weft.fabric.trace.Fingerprints;
import dev.weft.fabric.trace.FrameRecord;
import dev.weft.fabric.trace.RecorderSettings;
import dev.weft.fabric.trace.TraceFile;
import dev.weft.fabric.trace.TraceRecord;
import dev.weft.fabric.trace.TraceRecorder;
import dev.weft.stages.process.ProcessSettings;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageKinds;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorPool;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records frames of a running Weft and runs them again. */
class ReplayTest {

  private static final ReplayMode FAITHFUL = new ReplayMode.Faithful();

  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
  private final StageKinds kinds = StageKinds.discover();

  @TempDir private Path folder;

  @AfterEach
  void stop() {
    thread.close();
  }

  @Test
  void tenThousandFramesInBatchesComeOutByteForByte() {
    var stages =
        stages(
            Graphs.withBatching(stage("mix", "test/mix"), new Batching(8, 1 << 20, true, true)),
            stage("noise", "test/noise"));
    var graph =
        captured(
            List.of(step("first", "mix", "x=in"), step("second", "noise", "x=first.y")),
            "second.y");
    var trace = record(graph, stages, (weft, it) -> flood(weft, it, 10_000));

    var report = replay(trace, FAITHFUL, graph, stages);

    assertEquals(10_000, report.frames());
    assertEquals(10_000, report.replayed(), report.notReplayed().toString());
    assertEquals(0, report.incompleteBatches());
    assertEquals(20_000, report.equalRuns());
    assertEquals(List.of(), report.fingerprints());
    assertTrue(report.isExact() && report.mustBeExact(), report.toString());
    var batched =
        frames(trace).stream()
            .filter(frame -> frame.step("first").orElseThrow().batch().size() > 1)
            .count();
    assertTrue(batched > 100, "frames in batches: " + batched);
  }

  @Test
  void aStageThatLooksAtAClockOfItsOwnIsFoundOut() {
    var stages = stages(stage("mix", "test/mix"), stage("cheat", "test/cheat"));
    var graph =
        captured(
            List.of(
                step("first", "mix", "x=in"),
                step("second", "cheat", "x=first.y"),
                step("third", "mix", "x=second.y")),
            "third.y");
    var trace = record(graph, stages, (weft, it) -> flood(weft, it, 20));

    var report = replay(trace, FAITHFUL, graph, stages);

    assertFalse(report.isExact());
    assertTrue(report.mustBeExact());
    var first = report.first().orElseThrow();
    assertEquals("second", first.step());
    assertEquals("cheat@one", first.stage());
    assertEquals(0, first.frame());
  }

  @Test
  void gatesConditionsAndArmsAreThoseOfTheRecord() {
    var stages = stages(stage("mix", "test/mix"), stage("noise", "test/noise"));
    var graph = decided(true);
    var trace =
        record(
            graph,
            stages,
            (weft, it) -> {
              for (var i = 0; i < 50; i++) {
                if (i == 25) {
                  it.gate("again", false);
                }
                var request = request(weft, i % 3 == 0 ? -1 : i).with("session", "s" + i);
                it.infer(request).close();
              }
            });

    var faithful = replay(trace, FAITHFUL, graph, stages);
    assertTrue(faithful.isExact(), faithful.toString());
    assertEquals(50, faithful.replayed());
    var decisions = new LinkedHashMap<Decision, Integer>();
    frames(trace)
        .forEach(
            frame -> frame.steps().forEach(s -> decisions.merge(s.decision(), 1, Integer::sum)));
    assertTrue(
        decisions
            .keySet()
            .containsAll(
                List.of(
                    Decision.RAN_SPLIT,
                    Decision.RAN_DECLARED,
                    Decision.SKIPPED_GATE_OFF,
                    Decision.SKIPPED_CONDITION_FALSE)),
        decisions.toString());

    var redecided = replay(trace, new ReplayMode.Redecide(), graph, stages);
    assertEquals(
        Map.of("gated: SKIPPED_GATE_OFF, now RAN_DECLARED mix@one", 25L), redecided.changed());
    var closed = replay(trace, new ReplayMode.Redecide(), decided(false), stages);
    assertEquals(
        Map.of("gated: RAN_DECLARED mix@one, now SKIPPED_GATE_OFF", 25L), closed.changed());
  }

  @Test
  void anotherVariantIsSaidToBeAsFarOffAsItIs() {
    var stages = stages(stage("mix", "test/mix"));
    var graph = captured(List.of(step("first", "mix", "x=in")), "first.y");
    var trace = record(graph, stages, (weft, it) -> flood(weft, it, 30));

    var report = replay(trace, new ReplayMode.OtherVariants(Map.of("mix", "two")), graph, stages);

    assertEquals(30, report.replayed());
    var drift = report.outputs().getFirst();
    assertEquals(Tolerance.WITHIN_1E_2, drift.worst(), drift.toString());
    assertEquals("mix@two", report.first().orElseThrow().stage());
    assertThrows(
        IllegalArgumentException.class,
        () -> replay(trace, new ReplayMode.OtherVariants(Map.of("mix", "nine")), graph, stages));
  }

  @Test
  void anotherVariantRunsBesideTheRecordedOneOnTheSameInputs() {
    var stages = stages(stage("mix", "test/mix"));
    var steps = List.of(step("first", "mix", "x=in"), step("then", "mix", "x=first.y"));
    var graph = captured(steps, "then.y");
    var trace = record(graph, stages, (weft, it) -> flood(weft, it, 30));
    var beside = new Beside();

    var report = replay(trace, new ReplayMode.Beside("first", "two", beside), graph, stages);

    assertTrue(report.isExact(), report.toString());
    assertEquals(30, beside.apart.size());
    assertTrue(beside.apart.stream().allMatch(apart -> apart > 0 && apart < 1), "" + beside.apart);
    var wrong =
        assertThrows(
            IllegalArgumentException.class,
            () -> replay(trace, new ReplayMode.Beside("last", "two", beside), graph, stages));
    assertEquals("step: 'last' (expected: one of [first, then])", wrong.getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> replay(trace, new ReplayMode.Beside("first", "nine", beside), graph, stages));
  }

  /** Notes by what part the two differ. */
  private static final class Beside implements ReplayMode.Beside.Observer {
    private final List<Double> apart = new ArrayList<>();

    @Override
    public void ran(
        FrameRecord frame, PlanStep step, List<Tensor> asRecorded, List<Tensor> beside) {
      assertEquals("first", step.name());
      var one = asRecorded.getFirst().toFloats()[0];
      apart.add(Math.abs(beside.getFirst().toFloats()[0] - one) / (double) Math.abs(one));
    }

    @Override
    public void failed(
        FrameRecord frame, PlanStep step, List<Tensor> asRecorded, ErrorCode code, String message) {
      throw new AssertionError(message);
    }
  }

  @Test
  void framesWithoutTheirInputsAreSaidNotToBeReplayed() {
    var stages = stages(stage("mix", "test/mix"));
    var graph =
        with(
            captured(List.of(step("first", "mix", "x=in")), "first.y"),
            new Capture(Capture.Level.DIGESTS, 100, "default"));
    var trace = record(graph, stages, (weft, it) -> flood(weft, it, 5));

    var report = replay(trace, FAITHFUL, graph, stages);

    assertEquals(0, report.replayed());
    assertEquals(Map.of("its inputs were not kept", 5L), report.notReplayed());
  }

  private Path record(
      PipelineManifest graph, Map<String, StageManifest> stages, BiConsumer<Weft, Pipeline> work) {
    var trace = folder.resolve("frames.trace");
    var recorder =
        new TraceRecorder(
            TraceFile.create(trace, Instant.EPOCH),
            fingerprints(),
            RecorderSettings.of(7).waitingAtMost(100_000, 1 << 30),
            thread);
    var config =
        ConfigFactory.parseString("weft.fabric { leak-tracing = on, loops = 2 }")
            .withFallback(ConfigFactory.load());
    try (var weft = Weft.recording(config, recorder)) {
      work.accept(weft, weft.deploy(graph, stages));
    }
    return trace;
  }

  private ReplayReport replay(
      Path trace, ReplayMode mode, PipelineManifest graph, Map<String, StageManifest> stages) {
    var loader =
        new StageLoader(
            kinds::find,
            new TensorPool(1 << 20, TensorPool.LeakTracing.OFF),
            CLOCK,
            1,
            ProcessSettings.defaults());
    var graphs = Map.of(graph.name(), graph);
    try (var tensors = new TensorPool(1L << 30, TensorPool.LeakTracing.ON);
        var solo = new SoloStages(loader, tensors);
        var replay =
            new Replay(mode, graphs, stages, solo, tensors, fingerprints(), ReplayListener.NONE);
        var reader = TraceFile.open(trace)) {
      for (var next = reader.next(); next.isPresent(); next = reader.next()) {
        replay.accept(next.get(), reader);
      }
      return replay.report();
    }
  }

  private static final FabricClock CLOCK =
      new FabricClock() {
        @Override
        public long nanos() {
          return 0;
        }

        @Override
        public Instant instant() {
          return Instant.EPOCH;
        }
      };

  private Fingerprints fingerprints() {
    return new Fingerprints(kinds::find, Fingerprints.here());
  }

  private static List<FrameRecord> frames(Path trace) {
    var frames = new ArrayList<FrameRecord>();
    try (var reader = TraceFile.open(trace)) {
      for (var next = reader.next(); next.isPresent(); next = reader.next()) {
        switch (next.get()) {
          case FrameRecord frame -> frames.add(frame);
          case TraceRecord.Aside _ -> {}
        }
      }
    }
    return frames;
  }

  private static void flood(Weft weft, Pipeline graph, int count) {
    var random = new Random(4);
    var answers = new ArrayList<CompletableFuture<Answer>>();
    for (var i = 0; i < count; i++) {
      answers.add(graph.submit(request(weft, random.nextInt(100))));
      if (answers.size() == 32) {
        answers.forEach(answer -> answer.join().close());
        answers.clear();
      }
    }
    answers.forEach(answer -> answer.join().close());
  }

  private static Request request(Weft weft, float value) {
    return Request.of("in", weft.tensors().floats(Shape.of(2), value, value / 3));
  }

  private static StageManifest stage(String name, String kind) {
    return Graphs.stage(name, kind, List.of("one", "two"), ReplayStages.SIGNATURE);
  }

  private static Map<String, StageManifest> stages(StageManifest... all) {
    var stages = new LinkedHashMap<String, StageManifest>();
    for (var stage : all) {
      stages.put(stage.name(), stage);
    }
    return stages;
  }

  private static PipelineManifest captured(List<Step> steps, String output) {
    return with(
        Graphs.with(
            pipeline(
                List.of(input("in")), steps, List.of(output("out", output)), List.of(), List.of()),
            "graph",
            Door.of(64).open()),
        Capture.inputs());
  }

  /** A split, a condition and a gate in a row, each of which stands aside for what was before. */
  private static PipelineManifest decided(boolean isOn) {
    var split = step("split", "mix", "x=in");
    var when =
        new Step(
            "when",
            "noise",
            Optional.empty(),
            Map.of("x", TensorRef.parse("split.y")),
            Condition.parse("first(in) > 0"),
            Optional.empty(),
            Optional.empty(),
            Map.of("y", new StandIn.FromTensor(TensorRef.parse("split.y"))),
            List.of(),
            Optional.empty());
    var gated =
        new Step(
            "gated",
            "mix",
            Optional.empty(),
            Map.of("x", TensorRef.parse("when.y")),
            Optional.empty(),
            Optional.empty(),
            Optional.of("again"),
            Map.of("y", new StandIn.FromTensor(TensorRef.parse("when.y"))),
            List.of(),
            Optional.empty());
    var arms =
        List.of(
            new Arm("a", Optional.empty(), Optional.empty(), 50),
            new Arm("b", Optional.empty(), Optional.of("two"), 50));
    return with(
        pipeline(
            List.of(input("in")),
            List.of(split, when, gated),
            List.of(output("out", "gated.y")),
            List.of(new Gate("again", isOn, "session", "Whether to do it again.")),
            List.of(new Split("ab", "split", "session", arms))),
        Capture.inputs());
  }

  private static PipelineManifest with(PipelineManifest m, Capture capture) {
    return m.capturing(Optional.of(capture));
  }
}
