package dev.weft.fabric.embedded;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.weft.fabric.manifest.Batching;
import dev.weft.fabric.manifest.Door;
import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.manifest.Overflow;
import dev.weft.fabric.manifest.QueueLimits;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.DropReason;
import dev.weft.fabric.pipeline.Graphs;
import dev.weft.fabric.pipeline.Request;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.tensor.Shape;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What waits behind a stage that is at work, on the only loop of a node. */
@Timeout(60)
class WeftPressureTest {

  private static final float HANGS = -1;

  private Weft weft;

  @BeforeEach
  void start() {
    TestStages.PERMITS.drainPermits();
    TestStages.HANGING.drainPermits();
    weft = Weft.embedded(oneLoop());
  }

  @AfterEach
  void stop() {
    TestStages.PERMITS.release(1_000);
    weft.close();
    assertEquals(0, TestStages.OPEN.get());
  }

  @Test
  void whatQueuedMeanwhileSharesARunAndEachAnswerGoesToItsCaller() throws InterruptedException {
    var graph = deploy(weft, Graphs.withBatching(stage(), Batching.upTo(4)), Door.of(8).open());
    var first = submit(graph, HANGS);
    TestStages.HANGING.acquire();
    var answers = new ArrayList<CompletableFuture<Answer>>();
    for (var i = 0; i < 5; i++) {
      answers.add(submit(graph, i));
    }
    TestStages.PERMITS.release();

    join(first).close();
    var rows = new ArrayList<Integer>();
    for (var i = 0; i < 5; i++) {
      try (var answer = assertInstanceOf(Answer.Completed.class, join(answers.get(i)))) {
        assertArrayEquals(new float[] {i}, answer.output("out").toFloats());
        var batch = answer.timings().steps().getFirst().batch();
        rows.add(batch.row());
        assertEquals(i + 1L, batch.frames().get(batch.row()));
        assertEquals(i < 4 ? List.of(1L, 2L, 3L, 4L) : List.of(5L), batch.frames());
      }
    }
    assertEquals(List.of(0, 1, 2, 3, 0), rows);
  }

  @Test
  void aFullLaneRefusesWhereItIsToRefuse() throws InterruptedException {
    var graph = deploy(weft, queue(Overflow.REJECT), Door.of(8).open());
    var running = submit(graph, HANGS);
    TestStages.HANGING.acquire();
    var waiting = submit(graph, 1);

    var refused = assertInstanceOf(Answer.Dropped.class, join(submit(graph, 2)));

    assertEquals(DropReason.QUEUE_FULL, refused.reason());
    TestStages.PERMITS.release();
    join(running).close();
    assertInstanceOf(Answer.Completed.class, join(waiting)).close();
  }

  @Test
  void theLatestOfASourceTakesThePlaceOfTheOneBefore() throws InterruptedException {
    var limits = new QueueLimits(Map.of(), QueueLimits.DEFAULT_BYTES, Overflow.LATEST_WINS);
    var graph = deploy(weft, Graphs.withQueue(stage(), limits), Door.of(8).open());
    var running = submit(graph, HANGS);
    TestStages.HANGING.acquire();
    var older = graph.submit(request(1).with("source", "camera"));
    var other = graph.submit(request(2).with("source", "touch"));
    var newer = graph.submit(request(3).with("source", "camera"));

    var superseded = assertInstanceOf(Answer.Dropped.class, join(older));

    assertEquals(DropReason.SUPERSEDED, superseded.reason());
    TestStages.PERMITS.release();
    for (var answer : List.of(running, other, newer)) {
      assertInstanceOf(Answer.Completed.class, join(answer)).close();
    }
  }

  @Test
  void bytesInsideAreBoundedAtTheDoor() throws InterruptedException {
    var graph = deploy(weft, stage(), new Door(8, 8, Door.Admission.OPEN));
    var running = submit(graph, HANGS);
    TestStages.HANGING.acquire();
    var second = submit(graph, 1);

    var refused = assertInstanceOf(Answer.Dropped.class, join(submit(graph, 2)));

    assertEquals(DropReason.IN_FLIGHT_BYTES, refused.reason());
    TestStages.PERMITS.release();
    join(running).close();
    join(second).close();
    join(submit(graph, 3)).close();
  }

  @Test
  void anExpiredFrameIsAnsweredWhileTheStageIsBusy() throws InterruptedException {
    var graph = deploy(weft, stage(), Door.of(8).open());
    var running = submit(graph, HANGS);
    TestStages.HANGING.acquire();

    var late = join(graph.submit(request(1).within(Duration.ofMillis(20))));

    assertEquals(
        DropReason.DEADLINE_EXCEEDED, assertInstanceOf(Answer.Dropped.class, late).reason());
    TestStages.PERMITS.release();
    join(running).close();
  }

  @Test
  void aCallerWhoWaitsIsAnsweredAtTheDeadlineThoughTheStageNeverEnds() {
    var graph = deploy(weft, stage(), Door.of(8).open());

    var late = graph.run(request(HANGS).within(Duration.ofMillis(50)));

    assertEquals(
        DropReason.DEADLINE_EXCEEDED, assertInstanceOf(Answer.Dropped.class, late).reason());
    TestStages.PERMITS.release();
  }

  @Test
  void aFrameThatNobodyWaitsForLeavesItsLaneWhileTheStageIsBusy() throws Exception {
    var graph = deploy(weft, queue(Overflow.REJECT), Door.of(10_000).open());
    var running = submit(graph, HANGS);
    TestStages.HANGING.acquire();
    for (var i = 0; i < 3; i++) {
      var waiting = submit(graph, 1);
      while (waiting.isDone()) {
        // The lane is cleared once in a while, not at once.
        Thread.onSpinWait();
        waiting = submit(graph, 1);
      }
      waiting.cancel(false);
    }
    TestStages.PERMITS.release();
    join(running).close();
  }

  @Test
  void rudeStagesCostTheirOwnFrameAndNothingElse() {
    var rude = Graphs.stage("stage", "test/rude", List.of("one"), TestStages.SIGNATURE);
    var graph = deploy(weft, rude, Door.of(2).open());
    for (var round = 0; round < 4; round++) {
      var unretained = run(graph, TestStages.RudeFactory.UNRETAINED);
      assertEquals(
          ErrorCode.STAGE_BROKE_CONTRACT, assertInstanceOf(Answer.Failed.class, unretained).code());
      var sneaky = assertInstanceOf(Answer.Failed.class, run(graph, TestStages.RudeFactory.SNEAKY));
      assertEquals(ErrorCode.STAGE_FAILED, sneaky.code());
      assertInstanceOf(Answer.Completed.class, run(graph, TestStages.RudeFactory.INTERRUPTS))
          .close();
      assertInstanceOf(Answer.Completed.class, run(graph, 9)).close();
    }
    assertEquals(0, graph.inFlight());
    assertEquals(0, weft.tensors().leased());
  }

  private Answer run(Pipeline graph, float value) {
    return graph.run(request(value).within(Duration.ofSeconds(20)));
  }

  @Test
  void aCallerWhoTimesOutOnItsOwnCancelsTheRun() {
    var gated = Graphs.stage("stage", "test/gated", List.of("one"), TestStages.SIGNATURE);
    var graph = deploy(weft, gated, Door.of(8).open());

    var answer = submit(graph, 1).orTimeout(20, MILLISECONDS);

    assertInstanceOf(
        TimeoutException.class, assertThrows(CompletionException.class, answer::join).getCause());
    while (graph.inFlight() > 0) {
      LockSupport.parkNanos(1_000_000);
    }
    assertEquals(1, graph.counters().failedCount());
  }

  @Test
  void twoCallersWhoBothWaitAreBothAnswered() throws InterruptedException {
    var pass = Graphs.stage("stage", "test/pass", List.of("one"), TestStages.SIGNATURE);
    var graph = deploy(weft, pass, Door.of(8).open());
    var callers = new ArrayList<Thread>();
    var sums = new float[2];
    for (var caller = 0; caller < 2; caller++) {
      var own = caller;
      callers.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (var i = 0; i < 2_000; i++) {
                      try (var answer = graph.infer(request(1))) {
                        sums[own] += answer.output("out").toFloats()[0];
                      }
                    }
                  }));
    }
    for (var caller : callers) {
      caller.join();
    }
    assertArrayEquals(new float[] {2_000, 2_000}, sums);
  }

  @Test
  void aSecondWeftServesAndClosesWhileTheCommonPoolIsBusyAndTheFirstSaturated()
      throws InterruptedException {
    var graph = deploy(weft, stage(), Door.of(8).open());
    var running = submit(graph, HANGS);
    TestStages.HANGING.acquire();
    var end = new CountDownLatch(1);
    var blocked = new ArrayList<CompletableFuture<Void>>();
    for (var i = 0; i < ForkJoinPool.getCommonPoolParallelism() - 1; i++) {
      blocked.add(CompletableFuture.runAsync(() -> await(end)));
    }
    var second =
        CompletableFuture.runAsync(
            () -> {
              for (var i = 0; i < 5; i++) {
                serveOnce();
              }
            });
    second.orTimeout(30, SECONDS).join();

    end.countDown();
    blocked.forEach(CompletableFuture::join);
    TestStages.PERMITS.release();
    join(running).close();
  }

  @Test
  void closingTakesNoThreadOfTheCommonPool() {
    var end = new CountDownLatch(1);
    var blocked = new ArrayList<CompletableFuture<Void>>();
    for (var i = 0; i < ForkJoinPool.getCommonPoolParallelism(); i++) {
      blocked.add(CompletableFuture.runAsync(() -> await(end)));
    }
    serveOnce();
    end.countDown();
    blocked.forEach(CompletableFuture::join);
  }

  private static void serveOnce() {
    try (var other = Weft.embedded(oneLoop())) {
      var graph = deploy(other, stage(), Door.of(8).open());
      var input = other.tensors().floats(Shape.of(1), 1);
      graph.infer("in", input).close();
    }
  }

  private static Config oneLoop() {
    return ConfigFactory.parseString(
            "weft.fabric { leak-tracing = on, loops = 1, stall-timeout = 1m, drain-timeout = 5s }")
        .withFallback(ConfigFactory.load());
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(30, SECONDS));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static StageManifest stage() {
    return Graphs.stage("stage", "test/hang", List.of("one"), TestStages.SIGNATURE);
  }

  private static StageManifest queue(Overflow overflow) {
    return Graphs.withQueue(
        stage(), new QueueLimits(Map.of(Lane.INTERACTIVE, 1), QueueLimits.DEFAULT_BYTES, overflow));
  }

  private static Pipeline deploy(Weft on, StageManifest stage, Door door) {
    return on.deploy(Graphs.with(Graphs.chainOf(1), "graph", door), Map.of("stage", stage));
  }

  private CompletableFuture<Answer> submit(Pipeline graph, float value) {
    return graph.submit(request(value));
  }

  private Request request(float value) {
    return Request.of("in", weft.tensors().floats(Shape.of(1), value));
  }

  private static Answer join(CompletableFuture<Answer> answer) {
    return answer.copy().orTimeout(20, SECONDS).join();
  }
}
