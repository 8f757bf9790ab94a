package dev.weft.fabric.sequence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.loop.Loops;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.PipelineManifest.Gate;
import dev.weft.fabric.manifest.PipelineManifest.Input;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.Frame;
import dev.weft.fabric.pipeline.Generation;
import dev.weft.fabric.pipeline.Generation.Replicas;
import dev.weft.fabric.pipeline.Graphs;
import dev.weft.fabric.pipeline.ManualClock;
import dev.weft.fabric.pipeline.NodeLoad;
import dev.weft.fabric.pipeline.NodeView;
import dev.weft.fabric.pipeline.PipelineDoor;
import dev.weft.fabric.pipeline.Plan;
import dev.weft.fabric.pipeline.Plan.PlanStep;
import dev.weft.fabric.pipeline.Request;
import dev.weft.fabric.pipeline.RunTimes;
import dev.weft.fabric.pipeline.VariantChoice;
import dev.weft.fabric.profile.ServiceProfile;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.TensorPool;
import dev.weft.stages.tensor.TensorPool.LeakTracing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * A pipeline with state whose runs wait until a test takes them; time stands still. A run gives
 * {@code y} = h / 2 + x, which a second step, gated by {@code keeping}, keeps as the next h.
 */
final class SequenceBed implements AutoCloseable {

  static final SequenceSettings ROOMY =
      new SequenceSettings(8, 4, 3, Duration.ofSeconds(60), 1 << 20);

  private record Waiting(Frame frame, PlanStep step) {}

  final TensorPool tensors = new TensorPool(1 << 20, LeakTracing.ON);
  final ManualClock clock = new ManualClock();
  final PipelineDoor door;
  final SequenceDoor sequences;
  private final List<Waiting> waiting = new ArrayList<>();

  SequenceBed(SequenceSettings settings) {
    var view = new NodeView(new Loops(1, 0, 0), _ -> {}, NodeLoad.UNKNOWN, clock);
    door = new PipelineDoor(pipeline(), view);
    var plan =
        Plan.compile(
            door.manifest(),
            Map.of("sum", stage("sum", "x", "h"), "pass", stage("pass", "x")),
            VariantChoice.declared());
    var replicas =
        new Replicas(
            List.of((frame, step, _) -> arrived(frame, step)),
            new ServiceProfile(Optional.empty()));
    door.open(new Generation(plan, door, (_, _) -> replicas, tensors, view));
    var places = new SequencePlaces(settings, tensors);
    sequences = SequenceDoor.of(door, places, clock, Optional.empty()).orElseThrow();
  }

  private static PipelineManifest pipeline() {
    return Graphs.pipeline(
            List.of(input("x"), input("h")),
            List.of(
                Graphs.step("sum", "sum", "x=x", "h=h"),
                new PipelineManifest.Step(
                    "keep",
                    "pass",
                    Optional.empty(),
                    Graphs.step("keep", "pass", "x=sum.y").inputs(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of("keeping"),
                    Map.of(),
                    List.of(),
                    Optional.empty())),
            List.of(Graphs.output("y", "sum.y"), Graphs.output("hN", "keep.y")),
            List.of(new Gate("keeping", true, "session", "")),
            List.of())
        .carrying(Map.of("h", "hN"));
  }

  private static Input input(String name) {
    return new Input(TensorSpec.of(name, Datatype.FP32, 1), true);
  }

  private static StageManifest stage(String name, String... inputs) {
    var signature =
        new Signature(
            List.of(inputs).stream().map(each -> TensorSpec.of(each, Datatype.FP32, 1)).toList(),
            List.of(TensorSpec.of("y", Datatype.FP32, 1)));
    return Graphs.stage(name, "test/" + name, List.of("one"), signature);
  }

  private void arrived(Frame frame, PlanStep step) {
    if (step.name().equals("keep")) {
      var kept = frame.inputs(step).getFirst().retain();
      frame.dispatch(frame.ran(step, List.of(kept), RunTimes.alone(0, 0, 0)));
    } else {
      waiting.add(new Waiting(frame, step));
    }
  }

  Request request(float x) {
    return Request.of("x", tensors.floats(Shape.of(1), x));
  }

  CompletableFuture<Answer> submit(SequenceStep step, float x) {
    return sequences.submit(request(x), step);
  }

  CompletableFuture<Answer> submitOf(String tenant, SequenceStep step, float x) {
    return sequences.submit(request(x).with("tenant", tenant), step);
  }

  /** Runs that a test can take. */
  int waiting() {
    return waiting.size();
  }

  void run() {
    run(0);
  }

  void run(int index) {
    var next = waiting.remove(index);
    if (next.frame().isAnswered()) {
      next.frame().dispatch(next.frame().unwanted(next.step()));
      return;
    }
    var inputs = next.frame().inputs(next.step());
    var y = inputs.get(1).toFloats()[0] / 2 + inputs.get(0).toFloats()[0];
    var output = tensors.floats(Shape.of(1), y);
    next.frame().dispatch(next.frame().ran(next.step(), List.of(output), RunTimes.alone(0, 0, 0)));
  }

  void runAll() {
    while (!waiting.isEmpty()) {
      run();
    }
  }

  void fail() {
    fail(0);
  }

  void fail(int index) {
    var next = waiting.remove(index);
    next.frame()
        .dispatch(
            next.frame()
                .failed(next.step(), ErrorCode.STAGE_FAILED, "no", RunTimes.alone(0, 0, 0)));
  }

  /** What a frame was answered with; nothing of the state is in it. */
  static float y(CompletableFuture<Answer> coming) {
    assertTrue(coming.isDone(), "an answer");
    try (var answer = assertInstanceOf(Answer.Completed.class, coming.join())) {
      assertEquals(Set.of("y"), answer.outputs().keySet());
      return answer.output("y").toFloats()[0];
    }
  }

  static Answer.Failed failure(CompletableFuture<Answer> coming) {
    assertTrue(coming.isDone(), "an answer");
    return assertInstanceOf(Answer.Failed.class, coming.join());
  }

  /** Closing the pool names every leaked tensor. */
  @Override
  public void close() {
    var over = sequences.close().toCompletableFuture();
    runAll();
    assertTrue(over.isDone());
    var counters = door.counters();
    assertEquals(
        counters.offeredCount(),
        counters.completedCount() + counters.failedCount() + counters.droppedCount());
    assertEquals(0, sequences.counters().liveCount());
    tensors.close();
  }
}
