package dev.weft.fabric.embedded;

import static dev.weft.fabric.pipeline.Graphs.input;
import static dev.weft.fabric.pipeline.Graphs.output;
import static dev.weft.fabric.pipeline.Graphs.pipeline;
import static dev.weft.fabric.pipeline.Graphs.step;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.manifest.PipelineManifest.Arm;
import dev.weft.fabric.manifest.PipelineManifest.Gate;
import dev.weft.fabric.manifest.PipelineManifest.Split;
import dev.weft.fabric.manifest.PipelineManifest.Step;
import dev.weft.fabric.manifest.StandIn;
import dev.weft.fabric.manifest.TensorRef;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.Graphs;
import dev.weft.fabric.pipeline.Request;
import dev.weft.stages.tensor.Shape;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Many callers, gates, splits and swaps at once. */
class WeftStressTest {

  private static final int CALLERS = 6;
  private static final int FRAMES = 1_000;

  @Test
  void everyFrameIsAnsweredOnceWhateverChangesMeanwhile() throws InterruptedException {
    var seed = System.nanoTime();
    var weft =
        Weft.embedded(
            ConfigFactory.parseString(
                    "weft.fabric { leak-tracing = on, loops = 2, load.enabled = off }")
                .withFallback(ConfigFactory.load()));
    try (weft) {
      var graph = deploy(weft);
      var answered = new AtomicLong();
      var callers = new ArrayList<Thread>();
      for (var caller = 0; caller < CALLERS; caller++) {
        var random = new Random(seed + caller);
        callers.add(Thread.ofPlatform().start(() -> call(weft, graph, random, answered)));
      }
      var random = new Random(seed);
      while (callers.stream().anyMatch(Thread::isAlive)) {
        graph.gate("gate", random.nextBoolean());
        graph.weights("ab", List.of(1 + random.nextInt(9), random.nextInt(9)));
        graph.swap("first", random.nextBoolean() ? "one" : "two").join();
      }
      for (var caller : callers) {
        caller.join();
      }
      var counters = graph.counters();
      graph.unload();
      assertEquals(CALLERS * FRAMES, answered.get(), "seed " + seed);
      assertEquals(CALLERS * FRAMES, counters.offeredCount(), "seed " + seed);
      assertEquals(
          counters.offeredCount(),
          counters.completedCount() + counters.droppedCount() + counters.failedCount(),
          "seed " + seed);
      assertTrue(counters.completedCount() > 0, "seed " + seed);
      assertEquals(0, graph.inFlight(), "seed " + seed);
      assertEquals(0, weft.tensors().leased(), "seed " + seed + weft.tensors().leaks());
    }
  }

  private static void call(Weft weft, Pipeline graph, Random random, AtomicLong answered) {
    var open = new ArrayList<CompletableFuture<Answer>>();
    for (var i = 0; i < FRAMES; i++) {
      // A negative value makes the stage fail, a short deadline makes a frame late.
      var value = random.nextInt(20) == 0 ? -1f : 1f;
      var request =
          Request.of("in", weft.tensors().floats(Shape.of(1), value))
              .with("session", Integer.toString(random.nextInt(10)))
              .inLane(Lane.values()[random.nextInt(Lane.values().length)])
              .within(random.nextInt(10) == 0 ? Duration.ofNanos(1) : Duration.ofSeconds(10));
      var answer = graph.submit(request);
      if (random.nextInt(30) == 0) {
        answer.cancel(true);
      }
      open.add(answer);
      if (open.size() >= 4) {
        settle(open.removeFirst(), answered);
      }
    }
    open.forEach(answer -> settle(answer, answered));
  }

  private static void settle(CompletableFuture<Answer> answer, AtomicLong answered) {
    answer.handle((outcome, _) -> Optional.ofNullable(outcome)).join().ifPresent(Answer::close);
    answered.incrementAndGet();
  }

  private static Pipeline deploy(Weft weft) {
    var gated =
        new Step(
            "gated",
            "stage",
            Optional.empty(),
            Map.of("x", TensorRef.parse("first.y")),
            Optional.empty(),
            Optional.of(true),
            Optional.of("gate"),
            Map.of("y", new StandIn.FromTensor(TensorRef.parse("first.y"))),
            List.of(),
            Optional.empty());
    var split =
        new Split(
            "ab",
            "last",
            "session",
            List.of(
                new Arm("a", Optional.empty(), Optional.of("one"), 1),
                new Arm("b", Optional.empty(), Optional.of("two"), 1)));
    return weft.deploy(
        pipeline(
            List.of(input("in")),
            List.of(
                step("first", "stage", "x=in"),
                gated,
                step("side", "stage", "x=in"),
                step("last", "stage", "x=gated.y")),
            List.of(output("out", "last.y"), output("side", "side.y")),
            List.of(new Gate("gate", true, "session", "")),
            List.of(split)),
        Map.of(
            "stage",
            Graphs.stage("stage", "test/add", List.of("one", "two"), TestStages.SIGNATURE)));
  }
}
