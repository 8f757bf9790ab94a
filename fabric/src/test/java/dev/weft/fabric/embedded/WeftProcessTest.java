package dev.weft.fabric.embedded;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.typesafe.config.ConfigFactory;
import dev.weft.fabric.manifest.Door;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.Graphs;
import dev.weft.fabric.pipeline.Request;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.testkit.FaultFactory;
import dev.weft.stages.testkit.FaultFactory.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A stage in a process of its own, as pipelines meet it. */
@Timeout(120)
class WeftProcessTest {

  private static final int IN_FLIGHT_MAX = 16;

  private Weft weft;
  private Pipeline graph;

  @BeforeEach
  void start() {
    weft =
        Weft.embedded(
            ConfigFactory.parseString(
                    """
                    weft.fabric {
                      leak-tracing = on, loops = 2, hang-timeout = 1s
                      process { region = 1MiB, heap = 64MiB }
                    }
                    """)
                .withFallback(ConfigFactory.load()));
    var stage =
        Graphs.isolated(
            Graphs.stage("stage", FaultFactory.KIND, List.of("one"), FaultFactory.SIGNATURE));
    graph =
        weft.deploy(
            Graphs.with(Graphs.chainOf(1), "graph", Door.of(IN_FLIGHT_MAX).open()),
            Map.of("stage", stage));
  }

  /** Closing names every leaked tensor. */
  @AfterEach
  void stop() {
    weft.close();
  }

  @Test
  void framesBeyondTheCreditsOfTheProcessWaitAndAreServed() {
    for (var round = 0; round < 50; round++) {
      var answers = new ArrayList<CompletableFuture<Answer>>();
      for (var i = 0; i < IN_FLIGHT_MAX; i++) {
        answers.add(submit(i));
      }
      for (var i = 0; i < IN_FLIGHT_MAX; i++) {
        try (var answer = assertInstanceOf(Answer.Completed.class, join(answers.get(i)))) {
          assertArrayEquals(new float[] {2 * i}, answer.output("out").toFloats());
        }
      }
    }
  }

  @Test
  void aNativeCrashCostsOneFrame() {
    for (var round = 0; round < 3; round++) {
      completed(submit(round));
      var crashed = assertInstanceOf(Answer.Failed.class, join(submit(Fault.CRASH.value())));
      assertEquals(ErrorCode.STAGE_CRASHED, crashed.code(), crashed.message());
    }
    completed(submit(1));
    assertEquals(3, graph.counters().failedCount());
    assertEquals(0, graph.counters().droppedCount());
  }

  @Test
  void whatAStageThrowsInItsProcessFailsItsFrameAlone() {
    var thrown = submit(Fault.THROW.value());
    var fine = submit(1);

    assertInstanceOf(Answer.Failed.class, join(thrown));
    completed(fine);
  }

  @Test
  void aRunThatHangsInItsProcessIsGivenUp() {
    var hung = submit(Fault.HANG.value());

    assertInstanceOf(Answer.Failed.class, join(hung));
    completed(submit(1));
    graph.unload();
    assertEquals(0, graph.inFlight());
  }

  private CompletableFuture<Answer> submit(float value) {
    var input = weft.tensors().floats(Shape.of(1), value);
    return graph.submit(Request.of("in", input).within(Duration.ofSeconds(30)));
  }

  private static Answer join(CompletableFuture<Answer> answer) {
    return answer.copy().orTimeout(40, SECONDS).join();
  }

  private static void completed(CompletableFuture<Answer> answer) {
    assertInstanceOf(Answer.Completed.class, join(answer)).close();
  }
}
