package dev.weft.fabric.sequence;

import static dev.weft.fabric.sequence.SequenceBed.ROOMY;
import static dev.weft.fabric.sequence.SequenceBed.failure;
import static dev.weft.fabric.sequence.SequenceBed.y;
import static dev.weft.fabric.sequence.SequenceStep.end;
import static dev.weft.fabric.sequence.SequenceStep.next;
import static dev.weft.fabric.sequence.SequenceStep.start;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.DropReason;
import dev.weft.fabric.pipeline.Request;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.tensor.Shape;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SequenceDoorTest {

  private final SequenceBed bed = new SequenceBed(ROOMY);

  /** Names every leaked tensor, so each test here is a leak test too. */
  @AfterEach
  void everyTensorIsBack() {
    bed.close();
  }

  private float step(SequenceStep step, float x) {
    var coming = bed.submit(step, x);
    bed.runAll();
    return y(coming);
  }

  private static void unknown(CompletableFuture<Answer> coming) {
    var failed = failure(coming);
    assertEquals(ErrorCode.INVALID_INPUT, failed.code());
    assertEquals(
        "sequence 'a' of pipeline 'graph': unknown (expected: sequence_start, as none began, it"
            + " ended, or nothing came for PT1M)",
        failed.message());
  }

  private long ended(SequenceEnd why) {
    return bed.sequences.counters().endedCount(why);
  }

  @Test
  void eachFrameRunsOnWhatTheOneBeforeItLeftUntilTheLast() {
    unknown(bed.submit(next("a"), 1));
    assertEquals(8, step(start("a"), 8));
    assertEquals(6, step(next("a"), 2));
    assertEquals(4, step(next("a"), 1));
    assertEquals(1, bed.sequences.counters().liveCount());
    assertEquals(2, step(end("a"), 0));
    unknown(bed.submit(next("a"), 1));
    assertEquals(5, step(new SequenceStep("a", true, true), 5));
    unknown(bed.submit(end("a"), 1));
    assertEquals(2, ended(SequenceEnd.ENDED));
    assertEquals(0, bed.tensors.leased());
  }

  @Test
  void framesOfOneSequenceRunOneAtATimeInTheOrderInWhichTheyCameAndOthersBesideThem() {
    var first = bed.submit(start("a"), 8);
    var second = bed.submit(next("a"), 2);
    var third = bed.submit(end("a"), 1);
    var other = bed.submit(start("b"), 1);
    assertEquals(2, bed.waiting(), "one of each");
    bed.run();
    assertEquals(8, y(first));
    assertFalse(second.isDone());
    bed.runAll();
    assertEquals(List.of(6f, 4f, 1f), List.of(y(second), y(third), y(other)));
  }

  @Test
  void aSecondStartBeginsAnew() {
    step(start("a"), 8);
    assertEquals(1, step(start("a"), 1));
    assertEquals(1, ended(SequenceEnd.RESTARTED));
    assertEquals(1, bed.sequences.counters().liveCount());
  }

  @Test
  void aFrameThatFailsOrSkipsWhatIsKeptLeavesTheStateAsItWas() {
    step(start("a"), 8);
    var failing = bed.submit(next("a"), 100);
    bed.fail();
    assertEquals(ErrorCode.STAGE_FAILED, failure(failing).code());
    bed.door.change(switches -> switches.withGate("keeping", false));
    assertEquals(104, step(next("a"), 100));
    bed.door.change(switches -> switches.withGate("keeping", true));
    assertEquals(5, step(next("a"), 1));
    var ending = bed.submit(end("a"), 100);
    bed.fail();
    assertEquals(ErrorCode.STAGE_FAILED, failure(ending).code());
    assertEquals(2.5f, step(end("a"), 0));
  }

  @Test
  void stateThatIsNoNumberFailsItsFrameAndIsNotKept() {
    step(start("a"), 8);
    // The largest number plus half of another is beyond what a float holds.
    step(next("a"), Float.MAX_VALUE);
    var over = bed.submit(next("a"), Float.MAX_VALUE);
    bed.runAll();
    assertEquals(ErrorCode.STAGE_BROKE_CONTRACT, failure(over).code());
    assertEquals(
        "pipeline 'graph': output 'hN': Infinity at element 0 (expected: finite numbers, as it is"
            + " state)",
        failure(over).message());
    assertEquals(Float.MAX_VALUE / 2, step(next("a"), 0));
  }

  @Test
  void whatIsBehindAStartThatFailedNeverRunsOnWhatWasBeforeIt() {
    step(start("a"), 8);
    var again = bed.submit(start("a"), 1);
    var behind = bed.submit(next("a"), 1);
    bed.fail();
    assertEquals(ErrorCode.STAGE_FAILED, failure(again).code());
    unknown(behind);
    assertEquals(1, ended(SequenceEnd.FAILED));
    assertEquals(0, bed.tensors.leased());
  }

  @Test
  void norBehindAStartThatGaveUpInLineOrFoundItFull() {
    step(start("a"), 8);
    var running = bed.submit(next("a"), 0);
    var start = bed.submit(start("a"), 1);
    assertTrue(start.cancel(true));
    var behind = List.of(bed.submit(next("a"), 1), bed.submit(next("a"), 1));
    bed.runAll();
    assertEquals(4, y(running));
    behind.forEach(SequenceDoorTest::unknown);

    step(start("a"), 8);
    var line = new ArrayList<CompletableFuture<Answer>>();
    for (var i = 0; i < 4; i++) {
      line.add(bed.submit(next("a"), 0));
    }
    assertEquals(ErrorCode.OVERLOADED, failure(bed.submit(start("a"), 1)).code());
    bed.runAll();
    line.forEach(SequenceBed::y);
    unknown(bed.submit(next("a"), 1));
  }

  @Test
  void aLineHasABound() {
    step(start("a"), 8);
    var line = new ArrayList<CompletableFuture<Answer>>();
    for (var i = 0; i < 4; i++) {
      line.add(bed.submit(next("a"), 0));
    }
    var refused = failure(bed.submit(next("a"), 100));
    assertEquals(ErrorCode.OVERLOADED, refused.code());
    assertEquals(
        "sequence 'a' of pipeline 'graph': 4 frames wait or run (expected: < 4)",
        refused.message());
    bed.runAll();
    assertEquals(List.of(4f, 2f, 1f, 0.5f), line.stream().map(SequenceBed::y).toList());
    assertEquals(0.25f, step(next("a"), 0));
  }

  @Test
  void theDeadlineCountsInLine() {
    step(start("a"), 8);
    var running = bed.submit(next("a"), 0);
    var late = bed.sequences.submit(bed.request(100).within(Duration.ofMillis(5)), next("a"));
    var patient = bed.submit(next("a"), 0);
    bed.clock.advance(Duration.ofMillis(4));
    assertEquals(Duration.ofMillis(1), bed.sequences.expire().orElseThrow());
    assertFalse(late.isDone());
    bed.clock.advance(Duration.ofMillis(1));
    assertTrue(bed.sequences.expire().isPresent());
    var dropped = assertInstanceOf(Answer.Dropped.class, late.join());
    assertEquals(DropReason.DEADLINE_EXCEEDED, dropped.reason());
    bed.runAll();
    assertEquals(List.of(4f, 2f), List.of(y(running), y(patient)));
  }

  @Test
  void whatIsLeftOfADeadlineIsTheFrames() {
    step(start("a"), 8);
    var running = bed.submit(next("a"), 0);
    var second = bed.sequences.submit(bed.request(0).within(Duration.ofMillis(5)), next("a"));
    bed.clock.advance(Duration.ofMillis(5));
    // Nobody looked, but its turn comes too late all the same.
    bed.runAll();
    assertEquals(4, y(running));
    assertInstanceOf(Answer.Dropped.class, second.join());
    assertEquals(2, step(next("a"), 0));
  }

  @Test
  void whoeverIsIdleForTooLongIsGone() {
    step(start("a"), 8);
    bed.clock.advance(Duration.ofSeconds(59));
    step(start("b"), 1);
    assertEquals(Duration.ofSeconds(1), bed.sequences.expire().orElseThrow());
    assertEquals(4, step(next("a"), 0));
    bed.clock.advance(Duration.ofSeconds(60));
    assertTrue(bed.sequences.expire().isEmpty());
    assertEquals(2, ended(SequenceEnd.EXPIRED));
    assertEquals(0, bed.tensors.leased());
    unknown(bed.submit(next("a"), 1));
  }

  @Test
  void aSequenceAtWorkIsNotIdle() {
    var running = bed.submit(start("a"), 8);
    bed.clock.advance(Duration.ofSeconds(70));
    assertTrue(bed.sequences.expire().isEmpty());
    bed.runAll();
    assertInstanceOf(Answer.class, running.join()).close();
    assertEquals(1, ended(SequenceEnd.FAILED) + bed.sequences.counters().liveCount());
  }

  @Test
  void theAlarmSoundsOnlyForWhatIsSooner() {
    var alarms = new AtomicInteger();
    bed.sequences.onDue(alarms::incrementAndGet);
    step(start("a"), 8);
    step(start("b"), 8);
    assertEquals(1, alarms.get(), "for the idle one");
    var running = bed.submit(next("a"), 0);
    var waiting = bed.submit(next("a"), 0);
    assertEquals(2, alarms.get(), "for the deadline of the one in line");
    bed.runAll();
    assertEquals(List.of(4f, 2f), List.of(y(running), y(waiting)));
    assertEquals(2, alarms.get());
  }

  @Test
  void theSameIdOfTwoTenantsAreTwoSequences() {
    step(start("a"), 8);
    unknown(bed.submitOf("other", next("a"), 1));
    var own = bed.submitOf("other", start("a"), 1);
    bed.runAll();
    assertEquals(1, y(own));
    assertEquals(4, step(next("a"), 0));
  }

  @Test
  void sequencesAreBoundedByTenantAndInAll() {
    for (var i = 0; i < 4; i++) {
      step(start("s" + i), i);
    }
    var refused = failure(bed.submit(start("a"), 1));
    assertEquals(ErrorCode.OVERLOADED, refused.code());
    assertEquals(
        "sequence 'a' of pipeline 'graph': 4 of this tenant under way (expected: < 4)",
        refused.message());
    for (var i = 0; i < 4; i++) {
      var started = bed.submitOf("other", start("s" + i), i);
      bed.runAll();
      y(started);
    }
    assertEquals(
        "sequence 'a' of pipeline 'graph': 8 on this node under way (expected: < 8)",
        failure(bed.submitOf("third", start("a"), 1)).message());
    step(end("s0"), 0);
    assertEquals(1, step(start("a"), 1));
  }

  @Test
  void memoryIsTakenForTheStateOfASequenceWhenItBeginsAndNoTenantHasAllOfIt() {
    // Two blocks of 256 bytes each: what is kept, and what a frame leaves.
    var small = new SequenceSettings(8, 4, 3, Duration.ofSeconds(60), 4 * 512);
    try (var tight = new SequenceBed(small)) {
      var a = tight.submit(start("a"), 8);
      var b = tight.submit(start("b"), 8);
      var refused = failure(tight.submit(start("c"), 8));
      assertEquals(ErrorCode.OUT_OF_MEMORY, refused.code());
      assertEquals(
          "sequence 'c' of pipeline 'graph': no memory for its state: 512 bytes on top of 1024 of"
              + " this tenant (expected: <= 1024 in all)",
          refused.message());
      var others = List.of(start("c"), start("d"));
      var taken = others.stream().map(each -> tight.submitOf("other", each, 1)).toList();
      assertEquals(ErrorCode.OUT_OF_MEMORY, failure(tight.submitOf("third", start("e"), 8)).code());

      var all = List.of(tight.submit(next("a"), 0), tight.submit(end("b"), 0));
      tight.runAll();
      assertEquals(List.of(8f, 8f), List.of(y(a), y(b)));
      assertEquals(List.of(4f, 4f), all.stream().map(SequenceBed::y).toList());
      assertEquals(List.of(1f, 1f), taken.stream().map(SequenceBed::y).toList());
      var c = tight.submit(start("c"), 1);
      tight.runAll();
      assertEquals(1, y(c));
    }
  }

  @Test
  void aCallerWhoGivesUpLeavesTheStateAsItWas() {
    step(start("a"), 8);
    var running = bed.submit(next("a"), 100);
    var waiting = bed.submit(next("a"), 100);
    var last = bed.submit(next("a"), 0);
    assertTrue(waiting.completeExceptionally(new TimeoutException()));
    assertTrue(running.cancel(true));
    bed.runAll();
    assertEquals(4, y(last));
    assertFalse(last.cancel(true), "answered");
    assertTrue(running.isCancelled());
  }

  @Test
  void stateIsNotForRequestsToGive() {
    step(start("a"), 8);
    var request = bed.request(1);
    var h = bed.tensors.floats(Shape.of(1), 5);
    var both = Request.of(Map.of("x", request.inputs().get("x"), "h", h));
    var refused = failure(bed.sequences.submit(both, next("a")));
    assertEquals(ErrorCode.INVALID_INPUT, refused.code());
    assertEquals(
        "inputs of pipeline 'graph': [h] (expected: none of them, as they are state)",
        refused.message());
    assertEquals(4, step(next("a"), 0));
  }

  @Test
  void closingDropsWhatWaitsAndEndsWhenTheLastFrameHas() {
    step(start("idle"), 1);
    var running = bed.submit(start("a"), 8);
    var waiting = bed.submit(next("a"), 8);
    var over = bed.sequences.close().toCompletableFuture();
    assertFalse(over.isDone());
    assertEquals(DropReason.UNLOADING, dropped(waiting));
    assertEquals(DropReason.UNLOADING, dropped(bed.submit(start("b"), 1)));
    bed.runAll();
    assertEquals(8, y(running));
    assertTrue(over.isDone());
    assertEquals(2, ended(SequenceEnd.UNLOADED));
    assertEquals(0, bed.tensors.leased());
  }

  private static DropReason dropped(CompletableFuture<Answer> coming) {
    return assertInstanceOf(Answer.Dropped.class, coming.join()).reason();
  }
}
