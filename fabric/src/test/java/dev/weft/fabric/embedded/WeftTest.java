package dev.weft.fabric.embedded;

import static dev.weft.fabric.pipeline.Graphs.input;
import static dev.weft.fabric.pipeline.Graphs.output;
import static dev.weft.fabric.pipeline.Graphs.pipeline;
import static dev.weft.fabric.pipeline.Graphs.step;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.weft.fabric.manifest.Door;
import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.manifest.Overflow;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.PipelineManifest.Gate;
import dev.weft.fabric.manifest.PipelineManifest.Step;
import dev.weft.fabric.manifest.QueueLimits;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.manifest.StandIn;
import dev.weft.fabric.manifest.TensorRef;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.DropReason;
import dev.weft.fabric.pipeline.Graphs;
import dev.weft.fabric.pipeline.Request;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WeftTest {

  private static final List<String> VARIANTS = List.of("one", "two", "broken");

  private Weft weft;

  @BeforeEach
  void start() {
    TestStages.PERMITS.drainPermits();
    weft =
        Weft.embedded(
            ConfigFactory.parseString("weft.fabric { leak-tracing = on, loops = 2 }")
                .withFallback(ConfigFactory.load()));
  }

  /** Closing names every leaked tensor, so each test here is a leak test too. */
  @AfterEach
  void stop() {
    TestStages.PERMITS.release(1_000);
    weft.close();
    assertEquals(0, TestStages.OPEN.get());
  }

  @Test
  void runsAFrameThroughTwoStagesAndTellsWhereItsTimeWent() {
    var graph = deploy(chain("test/add", 2));

    try (var answer = graph.infer("in", tensor(1))) {
      assertArrayEquals(new float[] {3}, answer.output("out").toFloats());
      assertEquals(2, answer.timings().steps().size());
      for (var step : answer.timings().steps()) {
        assertTrue(step.started().compareTo(step.queued()) >= 0, step::toString);
        var ended = step.started().plus(step.ran());
        assertTrue(ended.compareTo(answer.timings().total()) <= 0, step::toString);
      }
      var inSteps =
          answer.timings().steps().stream()
              .map(step -> step.queued().plus(step.ran()))
              .reduce(Duration.ZERO, Duration::plus);
      assertTrue(answer.timings().total().compareTo(inSteps) >= 0, answer.timings().toString());
    }
  }

  @Test
  void fourStagesHandATensorOnWithoutACopy() {
    var graph = deploy(chain("test/pass", 4));
    var image = weft.tensors().allocate(dev.weft.stages.tensor.Datatype.FP32, Shape.of(150_000));
    image.segment().fill((byte) 0);
    image.retain();

    try (image;
        var answer = graph.infer("in", image)) {
      assertTrue(answer.output("out").sharesMemoryWith(image));
      assertEquals(0, weft.tensors().bytesCopied());
    }
  }

  @Test
  void refusesInputsThatDoNotFitNamingWhatWasExpected() {
    var graph = deploy(chain("test/add", 1));

    assertTrue(refusal(graph, Map.of()).contains("input 'in' of pipeline 'graph': missing"));
    assertTrue(
        refusal(graph, Map.of("in", tensor(1), "ni", tensor(1)))
            .contains("[ni] (expected: only [in])"));
    assertTrue(
        refusal(graph, Map.of("in", weft.tensors().longs(Shape.of(1), 1)))
            .contains("'in': INT64[1] (expected: FP32[n])"));
    assertTrue(
        refusal(graph, Map.of("in", weft.tensors().floats(Shape.of(1, 1), 1)))
            .contains("'in': FP32[1, 1] (expected: FP32[n])"));
    assertTrue(
        refusal(graph, Map.of("in", tensor(0, Float.NaN)))
            .contains("'in': NaN at element 1 (expected: finite numbers)"));
  }

  @Test
  void aFailingStageIsNamedWithItsReason() {
    var graph = deploy(chain("test/add", 1));

    var problem = assertThrows(WeftException.class, () -> graph.infer("in", tensor(-1)));

    assertEquals(ErrorCode.INVALID_INPUT, problem.code());
    assertEquals("stage 'stage': x: -1.0 (expected: >= 0)", problem.getMessage());
  }

  @Test
  void aFrameBeyondTheInFlightLimitIsDroppedAtOnce() {
    var graph = deploy(chain("test/gated", 1));
    var inside = new ArrayList<CompletableFuture<Answer>>();
    for (var i = 0; i < 8; i++) {
      inside.add(graph.submit(Request.of("in", tensor(i))));
    }

    var dropped = assertInstanceOf(Answer.Dropped.class, graph.run(Request.of("in", tensor(8))));

    assertEquals(DropReason.IN_FLIGHT_LIMIT, dropped.reason());
    TestStages.PERMITS.release(8);
    inside.forEach(answer -> assertInstanceOf(Answer.Completed.class, answer.join()).close());
    assertEquals(0, graph.inFlight());
  }

  @Test
  void aFullLaneAnswersWhatItDisplacesAtOnce() {
    var manifest =
        Graphs.withQueue(
            Graphs.stage("stage", "test/gated", List.of("one"), TestStages.SIGNATURE),
            new QueueLimits(
                Map.of(Lane.INTERACTIVE, 1), QueueLimits.DEFAULT_BYTES, Overflow.DROP_OLDEST));
    var graph = weft.deploy(Graphs.chainOf(1), Map.of("stage", manifest));
    // Two frames run, one on each loop; the others wait in lanes of one place each.
    var answers = new ArrayList<CompletableFuture<Answer>>();
    for (var i = 0; i < 8; i++) {
      answers.add(graph.submit(Request.of("in", tensor(i))));
    }
    var dropped = answers.stream().filter(CompletableFuture::isDone).toList();
    TestStages.PERMITS.release(8);

    for (var answer : dropped) {
      var reason = assertInstanceOf(Answer.Dropped.class, answer.join()).reason();
      assertEquals(DropReason.QUEUE_FULL, reason);
    }
    answers.forEach(answer -> answer.join().close());
    var counters = graph.counters();
    assertTrue(counters.droppedCount() >= 4, "dropped " + counters.droppedCount());
    assertEquals(8, counters.completedCount() + counters.droppedCount());
  }

  @Test
  void aFrameWhoseDeadlinePassedInTheQueueDoesNotRun() {
    var graph = deploy(chain("test/gated", 1));
    var running =
        List.of(
            graph.submit(Request.of("in", tensor(0))), graph.submit(Request.of("in", tensor(1))));
    var late = graph.submit(Request.of("in", tensor(2)).within(Duration.ZERO));
    TestStages.PERMITS.release(2);

    var dropped = assertInstanceOf(Answer.Dropped.class, late.join());
    assertEquals(DropReason.DEADLINE_EXCEEDED, dropped.reason());
    running.forEach(answer -> answer.join().close());
  }

  @Test
  void cancellingAnAnswerEndsItsRun() {
    var graph = deploy(chain("test/gated", 1));
    var answer = graph.submit(Request.of("in", tensor(0)));
    answer.cancel(true);

    assertTrue(answer.isCancelled());
    graph.unload();
    assertEquals(1, graph.counters().failedCount());
  }

  @Test
  void closingDoesNotWaitForAStageThatHangs() {
    var config =
        ConfigFactory.parseString("weft.fabric { drain-timeout = 200ms, loops = 1 }")
            .withFallback(ConfigFactory.load());
    var hanging = Weft.embedded(config);
    var graph = chain("test/gated", 1);
    var pipeline = hanging.deploy(graph.getKey(), Map.of("stage", graph.getValue()));
    var answer = pipeline.submit(Request.of("in", hanging.tensors().floats(Shape.of(1), 1)));

    var problem = assertThrows(WeftException.class, hanging::close);

    assertEquals(ErrorCode.DEADLINE_EXCEEDED, problem.code());
    TestStages.PERMITS.release();
    answer.join().close();
    awaitClosed();
  }

  /** The hung stage ends on its own thread some time after its permit. */
  private static void awaitClosed() {
    while (TestStages.OPEN.get() > 0) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  @Test
  void swapsAVariantUnderLoadWithoutLosingAFrame() throws InterruptedException {
    var graph = deploy(chain("test/add", 2));
    var stop = new AtomicBoolean();
    var frames = new AtomicInteger();
    var wrong = new ArrayList<String>();
    var caller =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (!stop.get()) {
                    try (var answer = graph.infer("in", tensor(0))) {
                      var value = answer.output("out").toFloats()[0];
                      if (value != 2 && value != 101 && value != 200) {
                        wrong.add("value " + value);
                      }
                      frames.incrementAndGet();
                    } catch (RuntimeException e) {
                      wrong.add(e.toString());
                    }
                  }
                });
    for (var i = 0; i < 100; i++) {
      var variant = i % 2 == 0 ? "two" : "one";
      graph.swap("s0", variant).join();
      graph.swap("s1", variant).join();
    }
    stop.set(true);
    caller.join();

    assertEquals(List.of(), wrong);
    assertTrue(frames.get() > 0);
    assertEquals(graph.counters().offeredCount(), graph.counters().completedCount());
  }

  @Test
  void aVariantSwappedOutStaysLoadedUntilAnotherIsSwappedOutOrNobodyUsesTheStage() {
    var graph = deploy(chain("test/add", 1));
    assertEquals(1, TestStages.OPEN.get());
    for (var variant : List.of("two", "one", "two")) {
      graph.swap("s0", variant).join();
      assertEquals(2, TestStages.OPEN.get(), variant);
    }
    graph.unload();
    while (TestStages.OPEN.get() > 0) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  @Test
  void aSwapThatCannotBeLoadedChangesNothing() {
    var graph = deploy(chain("test/add", 1));

    var unknown = assertThrows(CompletionException.class, graph.swap("s0", "three")::join);
    var broken = assertThrows(CompletionException.class, graph.swap("s0", "broken")::join);

    var nowhere = assertThrows(CompletionException.class, graph.swap("s9", "two")::join);

    assertTrue(String.valueOf(unknown.getMessage()).contains("'three'"), unknown.getMessage());
    assertTrue(String.valueOf(nowhere.getMessage()).endsWith("step: 's9' (expected: one of s0)"));
    var cause = assertInstanceOf(WeftException.class, broken.getCause());
    assertEquals(ErrorCode.BAD_ARTIFACT, cause.code());
    assertEquals("stage@broken: model is truncated", cause.getMessage());
    try (var answer = graph.infer("in", tensor(1))) {
      assertArrayEquals(new float[] {2}, answer.output("out").toFloats());
    }
  }

  @Test
  void aPipelineThatCannotBeLoadedLeavesItsNameFree() {
    var stages = Map.of("stage", Graphs.stage("stage", "test/add", VARIANTS, TestStages.SIGNATURE));
    var broken = step("s0", "stage", "x=in").withVariant("broken");
    var manifest =
        pipeline(
            List.of(input("in")),
            List.of(broken),
            List.of(output("out", "s0.y")),
            List.of(),
            List.of());

    assertThrows(WeftException.class, () -> weft.deploy(manifest, stages));
    var taken = weft.deploy(Graphs.chainOf(1), stages);
    assertThrows(WeftException.class, () -> weft.deploy(Graphs.chainOf(1), stages));

    taken.infer("in", tensor(1)).close();
  }

  @Test
  void sharesALoadedVariantBetweenPipelinesAndUnloadsItWithTheLast() {
    var stages = Map.of("stage", Graphs.stage("stage", "test/add", VARIANTS, TestStages.SIGNATURE));
    var first = weft.deploy(Graphs.chainOf(1), stages);
    var second = weft.deploy(Graphs.with(Graphs.chainOf(2), "other", Door.of(8)), stages);
    assertEquals(1, TestStages.OPEN.get());
    first.unload();
    second.infer("in", tensor(1)).close();
    assertEquals(List.of("stage@one"), List.copyOf(weft.loadedVariants().keySet()));
    second.unload();
    assertFalse(weft.loadedVariants().containsKey("stage@one"));
  }

  @Test
  void aGateTakesEffectForTheNextFrame() {
    var first = step("s0", "stage", "x=in");
    var gated =
        new Step(
            "s1",
            "stage",
            Optional.empty(),
            Map.of("x", TensorRef.parse("s0.y")),
            Optional.empty(),
            Optional.empty(),
            Optional.of("extra"),
            Map.of("y", new StandIn.FromTensor(TensorRef.parse("s0.y"))),
            List.of(),
            Optional.empty());
    var graph =
        weft.deploy(
            pipeline(
                List.of(input("in")),
                List.of(first, gated),
                List.of(output("out", "s1.y")),
                List.of(new Gate("extra", true, "session", "")),
                List.of()),
            Map.of("stage", Graphs.stage("stage", "test/add", VARIANTS, TestStages.SIGNATURE)));
    var seen = new LinkedHashMap<Boolean, Float>();
    for (var on : List.of(true, false)) {
      graph.gate("extra", on);
      try (var answer = graph.infer("in", tensor(0))) {
        seen.put(on, answer.output("out").toFloats()[0]);
      }
    }
    assertEquals(Map.of(true, 2f, false, 1f), seen);
  }

  private Pipeline deploy(Map.Entry<PipelineManifest, StageManifest> graph) {
    return weft.deploy(graph.getKey(), Map.of("stage", graph.getValue()));
  }

  private static Map.Entry<PipelineManifest, StageManifest> chain(String kind, int steps) {
    return Map.entry(
        Graphs.chainOf(steps), Graphs.stage("stage", kind, VARIANTS, TestStages.SIGNATURE));
  }

  private Tensor tensor(float... values) {
    return weft.tensors().floats(Shape.of(values.length), values);
  }

  private static String refusal(Pipeline graph, Map<String, Tensor> inputs) {
    var failed = assertInstanceOf(Answer.Failed.class, graph.run(Request.of(inputs)));
    assertEquals(ErrorCode.INVALID_INPUT, failed.code());
    return failed.message();
  }
}
