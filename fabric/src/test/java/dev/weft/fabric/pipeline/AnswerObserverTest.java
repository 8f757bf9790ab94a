package dev.weft.fabric.pipeline;

import static dev.weft.fabric.pipeline.Graphs.input;
import static dev.weft.fabric.pipeline.Graphs.output;
import static dev.weft.fabric.pipeline.Graphs.pipeline;
import static dev.weft.fabric.pipeline.Graphs.stage;
import static dev.weft.fabric.pipeline.Graphs.step;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weft.fabric.manifest.Lane;
import dev.weft.stages.spi.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AnswerObserverTest {

  private record Told(String pipeline, Lane lane, String tenant, Answer answer) {}

  private final Bed bed =
      new Bed(
          pipeline(
              List.of(input("in")),
              List.of(step("first", "one", "x=in"), step("second", "one", "x=first.y")),
              List.of(output("out", "second.y")),
              List.of(),
              List.of()),
          List.of(stage("one", "x")));

  private final List<Told> told = new ArrayList<>();

  AnswerObserverTest() {
    bed.view
        .answers()
        .tell(
            (pipeline, lane, tenant, answer) -> told.add(new Told(pipeline, lane, tenant, answer)));
  }

  @AfterEach
  void close() {
    bed.tensors.close();
  }

  private Request request() {
    return Request.of("in", bed.tensor(1)).with("tenant", "acme").inLane(Lane.BACKGROUND);
  }

  @Test
  void anAnswerIsToldOnceWithItsLaneAndTenantAndTheRunsOfItsSteps() {
    var coming = bed.door.submit(request());
    bed.runAll();
    try (var answer = coming.join()) {
      assertEquals(
          List.of(new Told(bed.door.manifest().name(), Lane.BACKGROUND, "acme", answer)), told);
      var runs = new ArrayList<String>();
      answer
          .timings()
          .eachRun((step, stage, variant, _, _) -> runs.add(step + " " + stage + "@" + variant));
      assertEquals(List.of("first one@one", "second one@one"), runs);
    }
  }

  @Test
  void anAnswerIsToldBeforeItsCallerSeesIt() {
    var coming = bed.door.submit(request());
    bed.view.answers().tell((_, _, _, _) -> assertFalse(coming.isDone()));
    bed.runAll();
    assertInstanceOf(Answer.Completed.class, coming.join()).close();
  }

  @Test
  void whatIsRefusedAtTheDoorIsToldWithThePipelinesOwnLaneAndNoTenant() {
    bed.door.submit(Request.of(Map.of())).join();
    var only = told.getFirst();
    assertEquals(1, told.size());
    assertEquals(bed.door.manifest().lane(), only.lane());
    assertEquals("", only.tenant());
    assertEquals(
        ErrorCode.INVALID_INPUT, assertInstanceOf(Answer.Failed.class, only.answer()).code());
  }

  @Test
  void aCallerWhoLeavesIsToldOnceThoughTheFrameGoesOn() {
    var coming = bed.door.submit(request());
    coming.cancel(true);
    bed.runAll();
    assertEquals(1, told.size());
    assertEquals(
        ErrorCode.CANCELLED,
        assertInstanceOf(Answer.Failed.class, told.getFirst().answer()).code());
  }

  @Test
  void anotherObserverIsToldBesideTheFirstUntilItEnds() {
    var others = new ArrayList<Answer>();
    try (var _ = bed.view.answers().tell((_, _, _, answer) -> others.add(answer))) {
      bed.door.submit(Request.of(Map.of())).join();
    }
    bed.door.submit(Request.of(Map.of())).join();
    assertEquals(1, others.size());
    assertEquals(2, told.size());
  }

  @Test
  void anObserverThatFailsTakesNothingFromTheOthersNorFromTheCaller() {
    bed.view
        .answers()
        .tell(
            (_, _, _, _) -> {
              throw new IllegalStateException("as a test wishes");
            });
    var others = new ArrayList<Answer>();
    bed.view.answers().tell((_, _, _, answer) -> others.add(answer));

    var coming = bed.door.submit(request());
    bed.runAll();

    assertInstanceOf(Answer.Completed.class, coming.join()).close();
    assertEquals(1, others.size());
  }

  @Test
  void thereAreNoMoreObserversThanEachAnswerCanBear() {
    for (var i = 1; i < AnswerRelay.OBSERVERS_MAX; i++) {
      bed.view.answers().tell((_, _, _, _) -> {});
    }
    assertThrows(IllegalStateException.class, () -> bed.view.answers().tell((_, _, _, _) -> {}));
  }

  @Test
  void anAnswerKnowsTheNumberOfItsFrameUnlessThatNeverWentIn() {
    bed.door.submit(Request.of(Map.of())).join();
    bed.door.submit(request()).cancel(true);
    bed.runAll();
    assertEquals(
        List.of(OptionalLong.empty(), OptionalLong.of(0)),
        told.stream().map(each -> each.answer().timings().frame()).toList());
  }

  @Test
  void whatWaitsBeforeAStepIsToldByLaneAndNothingOnceItRan() {
    var coming = bed.door.submit(request());
    bed.runAll();
    coming.join().close();
    assertEquals(Map.of(), bed.door.waiting());
  }
}
