package dev.weft.fabric.embedded;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.typesafe.config.ConfigFactory;
import dev.weft.fabric.manifest.Door;
import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.Graphs;
import dev.weft.fabric.pipeline.Request;
import dev.weft.stages.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Background work that is not to run beside urgent frames, on a node of two loops. */
@Timeout(60)
class WeftApartTest {

  private Weft weft;

  @BeforeEach
  void start() {
    TestStages.PERMITS.drainPermits();
    TestStages.HANGING.drainPermits();
    weft =
        Weft.embedded(
            ConfigFactory.parseString(
                    "weft.fabric { leak-tracing = on, loops = 2, stall-timeout = 1m,"
                        + " background-beside-urgent = off, load.enabled = off }")
                .withFallback(ConfigFactory.load()));
  }

  @AfterEach
  void stop() {
    TestStages.PERMITS.release(1_000);
    weft.close();
  }

  @Test
  void backgroundWaitsWhileAPerceptionFrameIsOnAnotherLoop() throws InterruptedException {
    var hanging = deploy("hanging", "test/hang");
    var quick = deploy("quick", "test/pass");
    var perception = submit(hanging, -1, Lane.PERCEPTION);
    TestStages.HANGING.acquire();

    var background = submit(quick, 1, Lane.BACKGROUND);

    var soon = background.copy().orTimeout(200, MILLISECONDS);
    assertInstanceOf(
        TimeoutException.class, assertThrows(CompletionException.class, soon::join).getCause());
    TestStages.PERMITS.release();
    completed(perception);
    completed(background);
  }

  @Test
  void aBackgroundRunMakesRoomForPerceptionOnAnotherLoopAndIsDoneAgain() {
    var gated = deploy("gated", "test/gated");
    var quick = deploy("quick", "test/pass");
    var background = submit(gated, 1, Lane.BACKGROUND);
    for (var round = 0; round < 3; round++) {
      awaitRun();
      completed(submit(quick, 1, Lane.PERCEPTION));
      assertFalse(background.isDone());
    }
    awaitRun();
    TestStages.PERMITS.release();
    completed(background);
  }

  private static void awaitRun() {
    while (!TestStages.PERMITS.hasQueuedThreads()) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  private Pipeline deploy(String name, String kind) {
    var stage = Graphs.stage("stage", kind, List.of("one"), TestStages.SIGNATURE);
    return weft.deploy(
        Graphs.with(Graphs.chainOf(1), name, Door.of(8).open()), Map.of("stage", stage));
  }

  private CompletableFuture<Answer> submit(Pipeline graph, float value, Lane lane) {
    return graph.submit(Request.of("in", weft.tensors().floats(Shape.of(1), value)).inLane(lane));
  }

  private static void completed(CompletableFuture<Answer> answer) {
    assertInstanceOf(Answer.Completed.class, answer.copy().orTimeout(20, SECONDS).join()).close();
  }
}
