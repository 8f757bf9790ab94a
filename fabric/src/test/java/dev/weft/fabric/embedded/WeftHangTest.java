package dev.weft.fabric.embedded;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.weft.fabric.load.LoadEvent.CallLost;
import dev.weft.fabric.manifest.Door;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.DropReason;
import dev.weft.fabric.pipeline.Graphs;
import dev.weft.fabric.pipeline.Request;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.tensor.Shape;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Stages that ignore cancellation, on the only loop of a node. */
@Timeout(60)
class WeftHangTest {

  private static final Duration LONG = Duration.ofSeconds(30);
  private static final float HANGS = -1;

  private Weft weft;

  @BeforeEach
  void start() {
    TestStages.PERMITS.drainPermits();
    TestStages.HANGING.drainPermits();
    weft =
        Weft.embedded(
            ConfigFactory.parseString(
                    """
                    weft.fabric {
                      leak-tracing = on, loops = 1, stall-timeout = 50ms, hang-timeout = 300ms
                    }
                    """)
                .withFallback(ConfigFactory.load()));
  }

  @AfterEach
  void stop() {
    TestStages.PERMITS.release(1_000);
    weft.close();
    assertEquals(0, TestStages.OPEN.get());
  }

  @Test
  void anotherPipelineGoesOnBesideAStageThatHangs() throws InterruptedException {
    var hanging = deploy("hanging", "test/hang", "one");
    var other = deploy("other", "test/add", "one");
    var answer = submit(hanging, HANGS, Duration.ofMillis(200));
    TestStages.HANGING.acquire();

    completed(submit(other, 1, LONG));

    var dropped = assertInstanceOf(Answer.Dropped.class, join(answer));
    assertEquals(DropReason.DEADLINE_EXCEEDED, dropped.reason());
    assertTrue(dropped.timings().total().toMillis() < 300, dropped.timings().total().toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"one", "two"})
  void whatWaitedBehindALostRunIsServedByAnotherReplica(String variant)
      throws InterruptedException {
    var graph = deploy("graph", "test/hang", variant);
    var lost = submit(graph, HANGS, LONG);
    TestStages.HANGING.acquire();
    var waiting = submit(graph, 1, LONG);

    var failed = assertInstanceOf(Answer.Failed.class, join(lost));

    assertEquals(ErrorCode.STAGE_FAILED, failed.code());
    assertEquals(
        "stage 'stage': no end after 300 ms (expected: within its budget.hang); the call is lost",
        failed.message());
    completed(waiting);
    var event = assertInstanceOf(CallLost.class, weft.load().events().getLast());
    assertEquals("stage@" + variant, event.variant());
    assertFalse(event.isSuspended());
    graph.unload();
    assertEquals(0, graph.inFlight());
  }

  @Test
  void aNodeThatClosesWaitsForAStageThatIsClosingAlready() throws Exception {
    var graph = deploy("graph", "test/linger", "one");
    completed(submit(graph, 1, LONG));
    graph.unload();
    TestStages.HANGING.acquire();

    var closed = CompletableFuture.runAsync(weft::close);

    assertFalse(TestStages.HANGING.tryAcquire(300, MILLISECONDS), "two threads close it");
    assertFalse(closed.isDone());
    TestStages.PERMITS.release(1_000);
    closed.get();
    assertEquals(1, TestStages.LingerFactory.MOST_CLOSING.get());
  }

  @ParameterizedTest
  @ValueSource(strings = {"one", "two"})
  void aFrameThatExpiresBehindARunThatNeverEndsGivesItsPlaceBack(String variant)
      throws InterruptedException {
    var graph = deploy("graph", "test/hang", variant);
    var lost = submit(graph, HANGS, LONG);
    TestStages.HANGING.acquire();
    var late = submit(graph, 1, Duration.ofMillis(100));

    var dropped = assertInstanceOf(Answer.Dropped.class, join(late));

    assertEquals(DropReason.DEADLINE_EXCEEDED, dropped.reason());
    assertInstanceOf(Answer.Failed.class, join(lost));
    graph.unload();
    assertEquals(0, graph.inFlight());
  }

  @Test
  void aRunThatComesBackInTimeCostsTheStageNothingWhenItsHangTimeIsOver()
      throws InterruptedException {
    var graph = deploy("graph", "test/hang", "one");
    var other = deploy("other", "test/add", "one");
    var slow = submit(graph, HANGS, LONG);
    TestStages.HANGING.acquire();
    completed(submit(other, 1, LONG));
    TestStages.PERMITS.release();
    completed(slow);

    // This one is lost after the first one would have been.
    assertInstanceOf(Answer.Failed.class, join(submit(graph, HANGS, LONG)));

    completed(submit(graph, 1, LONG));
  }

  @Test
  void loopsThatWentOnWithoutARunServeWhatComesAfterItCameBack() throws InterruptedException {
    var graph = deploy("graph", "test/hang", "one");
    var other = deploy("other", "test/add", "one");
    for (var round = 0; round < 5; round++) {
      var slow = submit(graph, HANGS, LONG);
      TestStages.HANGING.acquire();
      completed(submit(other, 1, LONG));
      TestStages.PERMITS.release();
      for (var i = 0; i < 50; i++) {
        completed(submit(other, 1, LONG));
      }
      completed(slow);
      completed(submit(graph, 1, LONG));
    }
    assertEquals(0, other.counters().droppedCount());
  }

  @Test
  void aStageIsSuspendedAfterThreeLostCallsAndSaysSo() {
    var graph = deploy("graph", "test/hang", "one");
    for (var i = 0; i < 3; i++) {
      assertInstanceOf(Answer.Failed.class, join(submit(graph, HANGS, LONG)));
    }

    var refused = assertInstanceOf(Answer.Failed.class, join(submit(graph, 1, LONG)));

    assertEquals(ErrorCode.UNAVAILABLE, refused.code());
    assertTrue(refused.message().startsWith("stage 'stage': suspended"), refused.message());
  }

  @Test
  void closingWhileACallIsLostTakesNoLongerThanTwoDrains() throws InterruptedException {
    var config =
        ConfigFactory.parseString(
                "weft.fabric { drain-timeout = 200ms, loops = 1, hang-timeout = 1h }")
            .withFallback(ConfigFactory.load());
    var closing = Weft.embedded(config);
    var graph =
        closing.deploy(
            Graphs.chainOf(1),
            Map.of(
                "stage", Graphs.stage("stage", "test/hang", List.of("one"), TestStages.SIGNATURE)));
    var answer = graph.submit(Request.of("in", closing.tensors().floats(Shape.of(1), HANGS)));
    TestStages.HANGING.acquire();

    var problem = assertThrows(WeftException.class, closing::close);

    assertEquals(ErrorCode.DEADLINE_EXCEEDED, problem.code());
    TestStages.PERMITS.release();
    join(answer).close();
    while (TestStages.OPEN.get() > 0) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  private Pipeline deploy(String name, String kind, String variant) {
    var stage = Graphs.stage("stage", kind, List.of(variant), TestStages.SIGNATURE);
    return weft.deploy(
        Graphs.with(Graphs.chainOf(1), name, Door.of(8).open()), Map.of("stage", stage));
  }

  private CompletableFuture<Answer> submit(Pipeline graph, float value, Duration within) {
    var input = weft.tensors().floats(Shape.of(1), value);
    return graph.submit(Request.of("in", input).within(within));
  }

  private static Answer join(CompletableFuture<Answer> answer) {
    return answer.copy().orTimeout(20, SECONDS).join();
  }

  private static void completed(CompletableFuture<Answer> answer) {
    assertInstanceOf(Answer.Completed.class, join(answer)).close();
  }
}
