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
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.manifest.Condition;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.PipelineManifest.Arm;
import dev.weft.fabric.manifest.PipelineManifest.Gate;
import dev.weft.fabric.manifest.PipelineManifest.Input;
import dev.weft.fabric.manifest.PipelineManifest.Output;
import dev.weft.fabric.manifest.PipelineManifest.Split;
import dev.weft.fabric.manifest.PipelineManifest.Step;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.manifest.StandIn;
import dev.weft.fabric.manifest.TensorRef;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class FrameTest {

  private static final RunTimes AT_ONCE = RunTimes.alone(0, 0, 0);

  private static final List<StageManifest> STAGES =
      List.of(stage("one", "x"), stage("two", "a", "b"));

  @Test
  void joinsWhatFannedOut() {
    var bed =
        bed(
            List.of(
                step("left", "one", "x=in"),
                step("right", "one", "x=in"),
                step("join", "two", "a=left.y", "b=right.y")),
            List.of(output("out", "join.y")));

    var answer = bed.door.submit(Request.of("in", bed.tensor(10)));
    bed.runAll();

    try (var completed = completed(answer)) {
      assertArrayEquals(new float[] {23}, completed.output("out").toFloats());
      assertEquals(
          List.of("left", "right", "join"),
          completed.timings().steps().stream().map(Timings.StepTiming::step).toList());
    }
    bed.tensors.close();
  }

  @Test
  void aClosedGateSkipsTheStepAndItsStandInTakesItsPlace() {
    var gated = change(step("second", "one", "x=first.y"), Optional.of("gate"), Optional.empty());
    var bed =
        new Bed(
            pipeline(
                List.of(input("in")),
                List.of(step("first", "one", "x=in"), gated),
                List.of(output("out", "second.y")),
                List.of(new Gate("gate", false, "session", "")),
                List.of()),
            STAGES);

    var off = bed.door.submit(Request.of("in", bed.tensor(0)));
    bed.runAll();
    bed.door.change(switches -> switches.withGate("gate", true));
    var on = bed.door.submit(Request.of("in", bed.tensor(0)));
    bed.runAll();

    try (var skipped = completed(off);
        var ran = completed(on)) {
      var skip = skipped.skipped().getFirst();
      assertEquals(List.of(skip), skipped.skipped());
      assertEquals("second GATE_OFF", skip.step() + " " + skip.reason());
      assertEquals("off, as declared", skip.flag().orElseThrow().why());
      assertArrayEquals(new float[] {1}, skipped.output("out").toFloats());
      assertEquals(List.of(), ran.skipped());
      assertArrayEquals(new float[] {2}, ran.output("out").toFloats());
    }
    bed.tensors.close();
  }

  @Test
  void aFalseConditionSkipsTheBranchToItsEnd() {
    var when =
        new Condition(
            Condition.Reduction.MAX,
            TensorRef.parse("probe.y"),
            Condition.Comparison.GREATER_OR_EQUAL,
            5);
    var conditional =
        new Step(
            "branch",
            "one",
            Optional.empty(),
            Map.of("x", TensorRef.parse("in")),
            Optional.of(when),
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            List.of(),
            Optional.empty());
    var bed =
        bed(
            List.of(step("probe", "one", "x=in"), conditional, step("tail", "one", "x=branch.y")),
            List.of(output("out", "tail.y"), output("probe", "probe.y")));

    var low = bed.door.submit(Request.of("in", bed.tensor(1)));
    bed.runAll();
    var high = bed.door.submit(Request.of("in", bed.tensor(4)));
    bed.runAll();

    try (var without = completed(low);
        var with = completed(high)) {
      assertEquals(
          List.of(
              new Skipped("branch", Skipped.Reason.CONDITION_FALSE),
              new Skipped("tail", Skipped.Reason.INPUT_ABSENT)),
          without.skipped());
      assertFalse(without.outputs().containsKey("out"));
      assertArrayEquals(new float[] {6}, with.output("out").toFloats());
    }
    bed.tensors.close();
  }

  @Test
  void aConstantStandsInWhereDeclared() {
    var standIns = Map.<String, StandIn>of("y", new StandIn.Constant(Shape.of(2), List.of(7)));
    var skippable =
        new Step(
            "maybe",
            "one",
            Optional.empty(),
            Map.of("x", TensorRef.parse("absent")),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            standIns,
            List.of(),
            Optional.empty());
    var bed =
        new Bed(
            pipeline(
                List.of(input("in"), new Input(TensorSpec.of("absent", Datatype.FP32, "n"), false)),
                List.of(step("always", "one", "x=in"), skippable),
                List.of(output("out", "maybe.y")),
                List.of(),
                List.of()),
            STAGES);

    var answer = bed.door.submit(Request.of("in", bed.tensor(0)));
    bed.runAll();

    try (var completed = completed(answer)) {
      assertArrayEquals(new float[] {7, 7}, completed.output("out").toFloats());
    }
    bed.door.close();
    bed.tensors.close();
  }

  @Test
  void aFailedStageFailsTheFrameUnlessItsStepIsOptional() {
    var optional = change(step("second", "one", "x=first.y"), Optional.empty(), Optional.of(true));
    for (var second : List.of(step("second", "one", "x=first.y"), optional)) {
      var bed =
          bed(List.of(step("first", "one", "x=in"), second), List.of(output("out", "second.y")));
      var answer = bed.door.submit(Request.of("in", bed.tensor(0)));
      bed.run(bed.waiting.removeFirst());
      var run = bed.waiting.removeFirst();
      run.frame()
          .dispatch(
              run.frame().failed(run.step(), ErrorCode.STAGE_FAILED, "stage 'one': no", AT_ONCE));

      try (var outcome = answer.join()) {
        if (second == optional) {
          var completed = assertInstanceOf(Answer.Completed.class, outcome);
          assertEquals(
              List.of(new Skipped("second", Skipped.Reason.STAGE_FAILED)), completed.skipped());
          assertArrayEquals(new float[] {1}, completed.output("out").toFloats());
        } else {
          var failed = assertInstanceOf(Answer.Failed.class, outcome);
          assertEquals("stage 'one': no", failed.message());
          assertEquals(2, failed.timings().steps().size());
        }
      }
      assertEquals(0, bed.door.inFlight());
      bed.tensors.close();
    }
  }

  @Test
  void theSameKeyAlwaysMeetsTheSameArm() {
    var split =
        new Split(
            "ab",
            "only",
            "session",
            List.of(
                new Arm("a", Optional.empty(), Optional.of("one"), 50),
                new Arm("b", Optional.empty(), Optional.of("two"), 50)));
    var bed =
        new Bed(
            pipeline(
                List.of(input("in")),
                List.of(step("only", "one", "x=in")),
                List.of(output("out", "only.y")),
                List.of(),
                List.of(split)),
            STAGES);
    var armOfSession = new LinkedHashMap<String, String>();
    for (var i = 0; i < 200; i++) {
      var session = "session-" + i % 20;
      var answer = bed.door.submit(Request.of("in", bed.tensor(0)).with("session", session));
      bed.runAll();
      try (var completed = completed(answer)) {
        var variant = completed.timings().steps().getFirst().variant();
        assertEquals(variant, armOfSession.computeIfAbsent(session, _ -> variant));
      }
    }
    assertTrue(armOfSession.containsValue("one") && armOfSession.containsValue("two"));
    bed.tensors.close();
  }

  @Test
  void aCancelledFrameRunsNoFurtherStep() {
    var bed =
        bed(
            List.of(step("first", "one", "x=in"), step("second", "one", "x=first.y")),
            List.of(output("out", "second.y")));
    var answer = bed.door.submit(Request.of("in", bed.tensor(0)));
    answer.cancel(true);
    bed.run(bed.waiting.removeFirst());

    assertTrue(bed.waiting.isEmpty());
    assertEquals(0, bed.door.inFlight());
    assertEquals(1, bed.door.counters().failedCount());
    bed.tensors.close();
  }

  /** Whatever the graph, the switches and the faults: one answer, nothing held, nothing leaked. */
  @Test
  void everyFrameIsAnsweredOnceAndHoldsNothingAfterwards() {
    for (var seed = 0L; seed < 2_000; seed++) {
      var random = new Random(seed);
      var bed = new Bed(randomPipeline(random), STAGES);
      var answers = new ArrayList<CompletableFuture<Answer>>();
      for (var i = 0; i < 6; i++) {
        bed.door.change(s -> s.withGate("gate", random.nextBoolean()));
        answers.add(bed.door.submit(randomRequest(bed, random)));
        while (!bed.waiting.isEmpty() && random.nextInt(4) != 0) {
          advance(bed, random, answers);
        }
      }
      while (!bed.waiting.isEmpty()) {
        advance(bed, random, answers);
      }
      for (var answer : answers) {
        assertTrue(answer.isDone(), "seed " + seed);
        if (!answer.isCancelled()) {
          answer.join().close();
        }
      }
      var counters = bed.door.counters();
      assertEquals(
          counters.offeredCount(),
          counters.completedCount() + counters.failedCount() + counters.droppedCount(),
          "seed " + seed);
      assertEquals(0, bed.door.inFlight(), "seed " + seed);
      assertTrue(bed.door.close().toCompletableFuture().isDone(), "seed " + seed);
      assertEquals(0, bed.tensors.leased(), "seed " + seed + ": " + bed.tensors.leaks());
    }
  }

  private static void advance(Bed bed, Random random, List<CompletableFuture<Answer>> answers) {
    var run = bed.waiting.remove(random.nextInt(bed.waiting.size()));
    var frame = run.frame();
    switch (random.nextInt(12)) {
      case 0 ->
          frame.dispatch(frame.failed(run.step(), ErrorCode.STAGE_FAILED, "planted", AT_ONCE));
      case 1 -> frame.dispatch(frame.late(run.step(), DropReason.DEADLINE_EXCEEDED));
      case 2 -> {
        frame.drop(DropReason.QUEUE_FULL, run.step().name());
        frame.dispatch(frame.abandoned());
      }
      case 3 -> {
        answers.get(random.nextInt(answers.size())).cancel(true);
        bed.run(run);
      }
      default -> {
        if (frame.isAnswered()) {
          frame.dispatch(frame.abandoned());
        } else {
          bed.run(run);
        }
      }
    }
  }

  private static Request randomRequest(Bed bed, Random random) {
    var inputs = new LinkedHashMap<String, Tensor>();
    inputs.put("in", bed.tensor(random.nextInt(5)));
    if (random.nextBoolean()) {
      inputs.put("maybe", bed.tensor(random.nextInt(5)));
    }
    return Request.of(inputs).within(Duration.ofSeconds(1));
  }

  private static PipelineManifest randomPipeline(Random random) {
    var steps = new ArrayList<Step>();
    var sources = new ArrayList<>(List.of("in", "maybe"));
    var outputs = new ArrayList<Output>();
    var count = 1 + random.nextInt(7);
    for (var i = 0; i < count; i++) {
      var name = "s" + i;
      var a = sources.get(random.nextInt(sources.size()));
      var b = sources.get(random.nextInt(sources.size()));
      var plain =
          random.nextBoolean()
              ? step(name, "one", "x=" + a)
              : step(name, "two", "a=" + a, "b=" + b);
      var standIns =
          switch (random.nextInt(3)) {
            case 0 -> Map.<String, StandIn>of();
            case 1 -> Map.<String, StandIn>of("y", new StandIn.FromTensor(TensorRef.parse(b)));
            default -> Map.<String, StandIn>of("y", new StandIn.Constant(Shape.of(1), List.of(3)));
          };
      var when =
          new Condition(
              Condition.Reduction.FIRST,
              TensorRef.parse(a),
              Condition.Comparison.LESS,
              random.nextInt(6));
      steps.add(
          new Step(
              name,
              plain.stage(),
              Optional.empty(),
              plain.inputs(),
              random.nextInt(4) == 0 ? Optional.of(when) : Optional.empty(),
              Optional.of(random.nextBoolean()),
              random.nextInt(4) == 0 ? Optional.of("gate") : Optional.empty(),
              standIns,
              List.of(),
              Optional.empty()));
      sources.add(name + ".y");
      if (random.nextBoolean()) {
        outputs.add(output("o" + i, name + ".y"));
      }
    }
    return pipeline(
        List.of(input("in"), new Input(TensorSpec.of("maybe", Datatype.FP32, "n"), false)),
        steps,
        outputs,
        List.of(new Gate("gate", true, "session", "")),
        List.of());
  }

  private static Bed bed(List<Step> steps, List<Output> outputs) {
    return new Bed(pipeline(List.of(input("in")), steps, outputs, List.of(), List.of()), STAGES);
  }

  /** The step with a gate or optional, and its own input as what stands in. */
  private static Step change(Step step, Optional<String> gate, Optional<Boolean> optional) {
    return new Step(
        step.name(),
        step.stage(),
        step.variant(),
        step.inputs(),
        step.when(),
        optional,
        gate,
        Map.of("y", new StandIn.FromTensor(step.inputs().values().iterator().next())),
        List.of(),
        Optional.empty());
  }

  private static Answer.Completed completed(CompletableFuture<Answer> answer) {
    assertTrue(answer.isDone());
    return assertInstanceOf(Answer.Completed.class, answer.join());
  }
}
