package dev.weft.fabric.pipeline;

import static dev.weft.fabric.pipeline.Graphs.input;
import static dev.weft.fabric.pipeline.Graphs.output;
import static dev.weft.fabric.pipeline.Graphs.pipeline;
import static dev.weft.fabric.pipeline.Graphs.stage;
import static dev.weft.fabric.pipeline.Graphs.step;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.manifest.Degrade;
import dev.weft.fabric.manifest.LoadCondition;
import dev.weft.fabric.manifest.PipelineManifest.Arm;
import dev.weft.fabric.manifest.PipelineManifest.Output;
import dev.weft.fabric.manifest.PipelineManifest.Split;
import dev.weft.fabric.manifest.PipelineManifest.Step;
import dev.weft.fabric.manifest.Shadow;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.pipeline.Quality.Degraded;
import dev.weft.stages.spi.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What frames leave out, put off and do in the shadow. */
class DegradeTest {

  private static final List<StageManifest> STAGES =
      List.of(stage("one", "x"), stage("two", "a", "b"));
  private static final LoadCondition BUSY = LoadCondition.parse("cpu > 0.8").orElseThrow();
  private static final LoadCondition FULL = LoadCondition.parse("cpu > 0.95").orElseThrow();

  @Test
  void aStepIsSkippedOnlyWhileItsConditionHolds() {
    var bed = bed(List.of(), step("late", "one", "x=first.y").degrading(new Degrade.Skip(BUSY)));
    for (var cpu : new double[] {Double.NaN, 0.8, 0.81}) {
      bed.load.cpu = cpu;
      try (var completed = completed(bed, submit(bed))) {
        var skipped = List.of(new Skipped("late", Skipped.Reason.OVERLOADED));
        assertEquals(cpu > 0.8 ? skipped : List.of(), completed.skipped());
        assertEquals(cpu > 0.8, !completed.outputs().containsKey("out"));
      }
    }
    end(bed);
  }

  @Test
  void aSplitStepIsSkippedToo() {
    var split =
        new Split(
            "ab",
            "late",
            "session",
            List.of(
                new Arm("a", Optional.empty(), Optional.of("one"), 1),
                new Arm("b", Optional.empty(), Optional.of("two"), 1)));
    var bed =
        bed(List.of(split), step("late", "one", "x=first.y").degrading(new Degrade.Skip(BUSY)));
    bed.load.cpu = 0.9;
    try (var completed = completed(bed, submit(bed))) {
      assertEquals(List.of(new Skipped("late", Skipped.Reason.OVERLOADED)), completed.skipped());
    }
    end(bed);
  }

  @Test
  void aCheaperVariantRunsAndTheAnswerSaysSo() {
    var cheaper = new Degrade.Cheaper(BUSY, "two");
    var bed = bed(List.of(), step("late", "one", "x=first.y").degrading(cheaper));
    bed.load.cpu = 0.9;
    try (var completed = completed(bed, submit(bed))) {
      assertEquals(List.of(new Degraded("late", "two")), completed.quality().degraded());
      assertEquals("two", completed.timings().steps().getLast().variant());
      assertArrayEquals(new float[] {2}, completed.output("out").toFloats());
    }
    end(bed);
  }

  @Test
  void aFrameThatAsksForItRunsCheaperVariantsWhateverTheLoad() {
    var skip = new Degrade.Skip(FULL);
    var late = step("late", "one", "x=first.y").degrading(skip, new Degrade.Cheaper(BUSY, "two"));
    var bed = bed(List.of(), late);
    for (var isCheap : List.of(true, false)) {
      var request = Request.of("in", bed.tensor(0));
      var answer = bed.door.submit(isCheap ? request.cheaply() : request);
      try (var completed = completed(bed, answer)) {
        var degraded = List.of(new Degraded("late", "two"));
        assertEquals(isCheap ? degraded : List.of(), completed.quality().degraded());
      }
    }
    end(bed);
  }

  @Test
  void whatIsPutOffComesInASecondAnswer() {
    var bed = deferring();
    var answer = submit(bed);
    bed.run(bed.waiting.removeFirst());

    try (var first = assertInstanceOf(Answer.Completed.class, answer.join())) {
      assertEquals(List.of(new Skipped("late", Skipped.Reason.DEFERRED)), first.skipped());
      assertFalse(first.outputs().containsKey("out"));
      var deferred = first.quality().deferred().orElseThrow();
      var second = deferred.answer();
      assertThrows(IllegalStateException.class, deferred::answer);
      assertFalse(second.isDone());
      bed.load.cpu = 0;
      try (var completed = completed(bed, second)) {
        assertArrayEquals(new float[] {2}, completed.output("out").toFloats());
        assertFalse(completed.outputs().containsKey("first"));
      }
    }
    var counters = bed.door.counters();
    assertEquals(1, counters.offeredCount());
    assertEquals(1, counters.deferred().offeredCount());
    assertEquals(1, counters.deferred().completedCount());
    end(bed);
  }

  @Test
  void whatIsPutOffHasTheTimeOfTheConditionThatHeld() {
    var bed =
        bed(
            List.of(),
            step("late", "one", "x=first.y")
                .degrading(
                    new Degrade.Defer(FULL, Duration.ofSeconds(60)),
                    new Degrade.Defer(BUSY, Duration.ofSeconds(5))));
    bed.load.cpu = 0.9;
    var answer = submit(bed);
    bed.run(bed.waiting.removeFirst());

    var follower = bed.waiting.getFirst().frame();
    assertEquals(Duration.ofSeconds(5).toNanos(), follower.deadlineNanos());
    bed.runAll();
    answer.join().close();
    end(bed);
  }

  @Test
  void aSecondAnswerThatNobodyTookIsClosedAsItComes() {
    var bed = deferring();
    var answer = submit(bed);
    bed.run(bed.waiting.removeFirst());
    answer.join().close();
    bed.runAll();
    end(bed);
  }

  @Test
  void aGenerationStaysUntilWhatWasPutOffHasRun() {
    var bed = deferring();
    var answer = submit(bed);
    var retired = bed.door.open(bed.generation()).toCompletableFuture();
    bed.run(bed.waiting.removeFirst());

    assertTrue(answer.isDone());
    assertFalse(retired.isDone());
    bed.runAll();
    assertTrue(retired.isDone());
    answer.join().close();
    end(bed);
  }

  @Test
  void morePutOffThanThePipelineHasPlacesForIsDropped() {
    var bed = deferring();
    for (var i = 0; i < 9; i++) {
      var answer = submit(bed);
      bed.run(bed.waiting.removeLast());
      answer.join().close();
    }
    assertEquals(8, bed.waiting.size());
    var deferred = bed.door.counters().deferred();
    assertEquals(1, deferred.droppedCount(DropReason.IN_FLIGHT_LIMIT));
    bed.runAll();
    assertEquals(8, deferred.completedCount());
    end(bed);
  }

  @Test
  void aShadowIsCountedAndWhatItsObserverThrowsCostsNothing() {
    for (var thrown :
        List.of(new IllegalStateException("planted"), new AssertionError("planted"))) {
      var bed = bed(List.of(), step("late", "one", "x=first.y").shadowedBy(new Shadow("two", 100)));
      var seen = new ArrayList<String>();
      bed.door.observeShadows(
          run -> {
            seen.add(run.variant() + run.production().getFirst().toFloats()[0]);
            DegradeTest.<RuntimeException>raise(thrown);
          });
      for (var i = 0; i < 3; i++) {
        completed(bed, submit(bed)).close();
      }
      assertEquals(List.of("two2.0", "two2.0", "two2.0"), seen);
      var shadow = bed.door.counters().shadow();
      assertEquals(3, shadow.offeredCount());
      assertEquals(3, shadow.completedCount());
      end(bed);
    }
  }

  @Test
  void anActionOnCancellationThatThrowsStopsNoOther() {
    var signal = new CancelSignal();
    var ran = new ArrayList<String>();
    signal.onCancel(
        () -> {
          throw new IllegalStateException("planted");
        });
    signal.onCancel(() -> ran.add("second"));
    signal.fire();
    assertEquals(List.of("second"), ran);
  }

  /** Whatever is skipped, put off, shadowed, late or broken: all is answered, nothing held. */
  @Test
  void nothingIsHeldAfterwardsWhateverTheLoadAndTheFaults() {
    for (var seed = 0L; seed < 3_000; seed++) {
      var random = new Random(seed);
      var bed = randomBed(random);
      var answers = new ArrayList<CompletableFuture<Answer>>();
      for (var i = 0; i < 6; i++) {
        bed.load.cpu = random.nextDouble();
        answers.add(submit(bed));
        while (!bed.waiting.isEmpty() && random.nextInt(4) != 0) {
          advance(bed, random, answers);
        }
        if (random.nextInt(4) == 0) {
          bed.door.open(bed.generation());
        }
      }
      while (!bed.waiting.isEmpty()) {
        advance(bed, random, answers);
      }
      for (var answer : answers) {
        assertTrue(answer.isDone(), "seed " + seed);
        if (!answer.isCancelled()) {
          close(answer.join(), random, seed);
        }
      }
      var counters = bed.door.counters();
      for (var each : List.of(counters, counters.deferred(), counters.shadow())) {
        assertEquals(
            each.offeredCount(),
            each.completedCount() + each.failedCount() + each.droppedCount(),
            "seed " + seed);
      }
      assertEquals(0, bed.door.inFlight(), "seed " + seed);
      assertTrue(bed.door.close().toCompletableFuture().isDone(), "seed " + seed);
      assertEquals(0, bed.tensors.leased(), "seed " + seed + ": " + bed.tensors.leaks());
    }
  }

  private static void close(Answer answer, Random random, long seed) {
    if (answer instanceof Answer.Completed completed && random.nextBoolean()) {
      completed
          .quality()
          .deferred()
          .ifPresent(
              deferred -> {
                var second = deferred.answer();
                assertTrue(second.isDone(), "seed " + seed);
                second.join().close();
              });
    }
    answer.close();
  }

  private static void advance(Bed bed, Random random, List<CompletableFuture<Answer>> answers) {
    var run = bed.waiting.remove(random.nextInt(bed.waiting.size()));
    var frame = run.frame();
    switch (random.nextInt(12)) {
      case 0 ->
          frame.dispatch(
              frame.failed(run.step(), ErrorCode.STAGE_FAILED, "planted", RunTimes.alone(0, 0, 0)));
      case 1 -> {
        frame.expire();
        bed.run(run);
      }
      case 2 -> {
        frame.drop(DropReason.PREEMPTED, run.step().name());
        frame.dispatch(frame.abandoned());
      }
      case 3 -> {
        answers.get(random.nextInt(answers.size())).cancel(true);
        bed.run(run);
      }
      default -> bed.run(run);
    }
  }

  private static Bed randomBed(Random random) {
    var steps = new ArrayList<Step>();
    var sources = new ArrayList<>(List.of("in"));
    var outputs = new ArrayList<Output>();
    var count = 1 + random.nextInt(6);
    for (var i = 0; i < count; i++) {
      var a = sources.get(random.nextInt(sources.size()));
      var b = sources.get(random.nextInt(sources.size()));
      var plain =
          random.nextBoolean()
              ? step("s" + i, "one", "x=" + a)
              : step("s" + i, "two", "a=" + a, "b=" + b);
      var degrading =
          switch (random.nextInt(5)) {
            case 0 -> plain.degrading(new Degrade.Skip(BUSY));
            case 1 -> plain.degrading(new Degrade.Cheaper(BUSY, "two"));
            case 2, 3 -> plain.degrading(new Degrade.Defer(BUSY, Duration.ofSeconds(1)));
            default -> plain;
          };
      var isShadowed = random.nextInt(3) == 0;
      steps.add(isShadowed ? degrading.shadowedBy(new Shadow("two", 60)) : degrading);
      sources.add("s" + i + ".y");
      if (random.nextBoolean()) {
        outputs.add(output("o" + i, "s" + i + ".y"));
      }
    }
    return new Bed(pipeline(List.of(input("in")), steps, outputs, List.of(), List.of()), STAGES);
  }

  private static Bed deferring() {
    var defer = new Degrade.Defer(BUSY, Duration.ofSeconds(5));
    var bed = bed(List.of(), step("late", "one", "x=first.y").degrading(defer));
    bed.load.cpu = 0.9;
    return bed;
  }

  /** {@code first}, and {@code late} after it. */
  private static Bed bed(List<Split> splits, Step late) {
    return new Bed(
        pipeline(
            List.of(input("in")),
            List.of(step("first", "one", "x=in"), late),
            List.of(output("out", "late.y"), output("first", "first.y")),
            List.of(),
            splits),
        STAGES);
  }

  private static CompletableFuture<Answer> submit(Bed bed) {
    return bed.door.submit(Request.of("in", bed.tensor(0)));
  }

  private static Answer.Completed completed(Bed bed, CompletableFuture<Answer> answer) {
    bed.runAll();
    assertTrue(answer.isDone());
    return assertInstanceOf(Answer.Completed.class, answer.join());
  }

  @SuppressWarnings("unchecked")
  private static <E extends Throwable> void raise(Throwable thrown) throws E {
    throw (E) thrown;
  }

  private static void end(Bed bed) {
    assertTrue(bed.door.close().toCompletableFuture().isDone());
    bed.tensors.close();
  }
}
