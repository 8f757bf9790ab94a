package dev.weft.fabric.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.weft.fabric.earlier.EarlierAnswers;
import dev.weft.fabric.manifest.Door;
import dev.weft.fabric.manifest.Fallback;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.Reach;
import dev.weft.fabric.manifest.Residency;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.DropReason;
import dev.weft.fabric.pipeline.Graphs;
import dev.weft.fabric.pipeline.PipelineDoor;
import dev.weft.fabric.pipeline.Request;
import dev.weft.fabric.pipeline.VariantChange;
import dev.weft.fabric.routing.TrialShare;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.tensor.Shape;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Earlier answers on a node that is in no cluster. */
class WeftEarlierTest {

  /** Frames at once; one whose deadline passed may still be inside when it is answered. */
  private static final int ROOM = 8;

  private static final Reach REACH =
      new Reach(
          Residency.anywhere(),
          List.of(Fallback.CACHED, Fallback.REFUSE),
          Optional.of(new Reach.Cached(Reach.Cached.By.INPUTS, Duration.ofHours(1), 8)));

  private static final StageManifest GATED =
      Graphs.stage("stage", "test/gated", List.of("one", "two"), TestStages.SIGNATURE);

  private static final StageManifest ADD =
      Graphs.stage("stage", "test/add", List.of("one", "two"), TestStages.SIGNATURE);

  private final Weft weft =
      Weft.embedded(
          ConfigFactory.parseString("weft.fabric { leak-tracing = on, loops = 1 }")
              .withFallback(ConfigFactory.load()));

  @BeforeEach
  void letNothingThrough() {
    TestStages.PERMITS.drainPermits();
  }

  /** Closing names every leaked tensor, so each test here is a leak test too. */
  @AfterEach
  void stop() {
    weft.close();
    assertEquals(0, TestStages.OPEN.get());
  }

  private Pipeline deploy(StageManifest stage) {
    return deploy(stage, ROOM);
  }

  private Pipeline deploy(StageManifest stage, int framesMax) {
    var graph = Graphs.with(Graphs.chainOf(1), "graph", Door.of(framesMax)).reaching(REACH);
    return weft.deploy(graph, Map.of("stage", stage));
  }

  private Request request(float x) {
    return Request.of("in", weft.tensors().floats(Shape.of(1), x));
  }

  private static float value(Answer answer) {
    return assertInstanceOf(Answer.Completed.class, answer).output("out").toFloats()[0];
  }

  private float run(Pipeline graph, float x) {
    try (var answer = graph.run(request(x))) {
      return value(answer);
    }
  }

  /** The age of what a frame is given for which there is no time; empty if it is let go. */
  private static Optional<Duration> age(Pipeline graph, Request request) {
    try (var answer = graph.submit(request.within(Duration.ZERO)).join()) {
      return switch (answer) {
        case Answer.Completed completed -> Optional.of(completed.quality().stale().orElseThrow());
        case Answer.Dropped _ -> Optional.empty();
        case Answer.Failed failed -> throw new AssertionError(failed);
      };
    }
  }

  @Test
  void standsInMarkedWhereThereIsNoRoomAndCountsAsNoRun() {
    var graph = deploy(GATED, 1);
    TestStages.PERMITS.release();
    assertEquals(5, run(graph, 5));

    var held = graph.submit(request(7));
    try (var stale = graph.submit(request(5)).join()) {
      assertEquals(5, value(stale));
      assertTrue(((Answer.Completed) stale).quality().stale().isPresent());
      assertTrue(stale.timings().frame().isEmpty());
    }
    var dropped = assertInstanceOf(Answer.Dropped.class, graph.submit(request(6)).join());
    assertEquals(DropReason.IN_FLIGHT_LIMIT, dropped.reason());
    TestStages.PERMITS.release();
    held.join().close();

    assertEquals(1, graph.counters().staleCount());
    assertEquals(2, graph.counters().completedCount());
    assertEquals(2, graph.counters().droppedCount());
    assertEquals(4, graph.counters().offeredCount());
  }

  @Test
  void standsInWhereTheDeadlinePasses() {
    var graph = deploy(GATED);
    TestStages.PERMITS.release();
    assertEquals(5, run(graph, 5));
    try (var stale = graph.submit(request(5).within(Duration.ofMillis(50))).join()) {
      assertTrue(assertInstanceOf(Answer.Completed.class, stale).quality().stale().isPresent());
    }
    assertInstanceOf(
        Answer.Dropped.class, graph.submit(request(6).within(Duration.ofMillis(50))).join());
  }

  @Test
  void aFailureIsNotCoveredUp() {
    var graph = deploy(ADD);
    var session = new Reach.Cached(Reach.Cached.By.SESSION, Duration.ofHours(1), 8);
    graph.unload();
    var reach = new Reach(Residency.anywhere(), REACH.declared(), Optional.of(session));
    graph =
        weft.deploy(
            Graphs.with(Graphs.chainOf(1), "graph", Door.of(ROOM)).reaching(reach),
            Map.of("stage", ADD));
    graph.run(request(1).with("session", "s")).close();
    assertTrue(age(graph, request(2).with("session", "s")).isPresent());
    var failed =
        assertInstanceOf(
            Answer.Failed.class, graph.submit(request(-1).with("session", "s")).join());
    assertEquals(ErrorCode.INVALID_INPUT, failed.code());
  }

  @Test
  void isOfTheSameInputsAndTheSameTenant() {
    var graph = deploy(ADD);
    graph.run(request(1).with("tenant", "acme")).close();
    assertTrue(age(graph, request(1).with("tenant", "acme")).isPresent());
    assertEquals(Optional.empty(), age(graph, request(1).with("tenant", "other")));
    assertEquals(Optional.empty(), age(graph, request(1)));
    assertEquals(Optional.empty(), age(graph, request(2).with("tenant", "acme")));
  }

  @Test
  void noSessionGetsWhatTheArmOfAnotherGave() {
    var graph = deploy(ADD);
    graph.tryOut("s0", "two", Optional.empty()).join();
    graph.share("s0", new TrialShare("trial", "session", TrialShare.WHOLE / 2, 0));
    var sessions = new HashMap<Float, String>();
    for (var n = 0; sessions.size() < 2; n++) {
      assertTrue(n < 100, "no session met the other arm");
      var session = "visit-" + n;
      assertEquals(Optional.empty(), age(graph, request(1).with("session", session)));
      try (var answer = graph.run(request(1).with("session", session))) {
        sessions.put(value(answer), session);
      }
    }
    sessions.forEach((given, session) -> assertEquals(given, earlier(graph, session)));
  }

  private float earlier(Pipeline graph, String session) {
    var request = request(1).with("session", session).within(Duration.ZERO);
    try (var answer = graph.submit(request).join()) {
      return value(answer);
    }
  }

  @Test
  void whoseInputsCannotBeReadHasThemGoBack() {
    var graph = deploy(ADD);
    var closed = weft.tensors().floats(Shape.of(1), 1);
    var open = weft.tensors().floats(Shape.of(1), 2);
    closed.close();
    var request = Request.of(Map.of("in", closed, "other", open));
    assertThrows(IllegalStateException.class, () -> graph.submit(request));
    assertThrows(IllegalStateException.class, open::toFloats);
  }

  @Test
  void aSwapAndAnUnloadLeaveNothingOnTheHeap() {
    var graph = deploy(ADD);
    var cached = REACH.answers().orElseThrow();
    var answers = new EarlierAnswers(cached, 1 << 16, () -> 0);
    var straight = new EarlierWay(answers, () -> FrameWay.STRAIGHT, weft.tensors(), () -> 0);
    var host = new KeepingHost(new NothingDone(), straight);
    straight.submit(graph, request(1)).join().close();
    assertEquals(1, answers.size());
    host.vary(graph.door(), new VariantChange.EndTrial("s0")).join();
    assertEquals(0, answers.size());
    straight.submit(graph, request(1)).join().close();
    host.unload(graph.door());
    assertEquals(0, answers.bytes());
  }

  private record NothingDone() implements PipelineHost {

    @Override
    public CompletableFuture<Void> vary(PipelineDoor door, VariantChange change) {
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void redeclared(PipelineManifest pipeline, Map<String, StageManifest> stages) {}

    @Override
    public void unload(PipelineDoor door) {}
  }

  @Test
  void noChangeOfWhatRunsIsOutlived() {
    var graph = deploy(ADD);
    assertEquals(2, run(graph, 1));
    graph.swap("s0", "two").join();
    assertEquals(Optional.empty(), age(graph, request(1)));
    assertEquals(101, run(graph, 1));
    graph.swap("s0", "one").join();
    assertEquals(Optional.empty(), age(graph, request(1)));

    graph.tryOut("s0", "two", Optional.empty()).join();
    graph.share("s0", new TrialShare("trial", "session", TrialShare.WHOLE, 0));
    assertEquals(101, run(graph, 1));
    graph.withdraw("s0");
    assertEquals(Optional.empty(), age(graph, request(1)));
    assertEquals(2, run(graph, 1));
    graph.share("s0", new TrialShare("trial", "session", TrialShare.WHOLE, 0));
    assertEquals(101, run(graph, 1));
    graph.promote("s0").join();
    assertEquals(Optional.empty(), age(graph, request(1)));
  }

  @Test
  void whatASwapOvertookIsNotKept() {
    var graph = deploy(GATED);
    var old = graph.submit(request(1));
    graph.swap("s0", "two").join();
    TestStages.PERMITS.release();
    old.join().close();
    assertEquals(Optional.empty(), age(graph, request(1)));
  }

  @Test
  void aPipelineThatTakesThePlaceStartsWithNone() {
    var graph = deploy(ADD);
    run(graph, 1);
    var next =
        weft.prepare(
            Graphs.with(Graphs.chainOf(1), "graph", Door.of(ROOM)).reaching(REACH),
            Map.of("stage", ADD));
    weft.exchange(List.of(graph), List.of(next));
    assertEquals(Optional.empty(), age(next, request(1)));
    graph.unload();
    assertEquals(Optional.empty(), age(graph, request(1)));
  }

  @Test
  void whoGivesUpHasTheFrameCancelled() {
    var graph = deploy(GATED);
    CompletableFuture<Answer> left = graph.submit(request(1));
    assertTrue(left.cancel(true));
    TestStages.PERMITS.release();
    graph.unload();
    assertFalse(graph.plan().isPresent());
  }

  @Test
  void nothingIsKeptWhereNoFallbackListsIt() {
    var graph = weft.deploy(Graphs.chainOf(1), Map.of("stage", ADD));
    run(graph, 1);
    assertEquals(Optional.empty(), age(graph, request(1)));
  }
}
