package dev.weft.fabric.pairing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.loop.Loops;
import dev.weft.fabric.manifest.Pairing;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.PipelineManifest.Input;
import dev.weft.fabric.pairing.Offered.Answered;
import dev.weft.fabric.pairing.Offered.Joined;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.DropReason;
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
import dev.weft.fabric.pipeline.RunTimes;
import dev.weft.fabric.pipeline.VariantChoice;
import dev.weft.fabric.profile.ServiceProfile;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorPool;
import dev.weft.stages.tensor.TensorPool.LeakTracing;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Stages run at once on the caller's thread and hand their input on; time stands still. */
class PairingDoorTest {

  private static final Duration LATENESS = Duration.ofMillis(150);
  private static final Instant START = Instant.ofEpochSecond(1_000_000);
  private static final Pairing PAIRING =
      PairingRun.pairing(Duration.ofMillis(20), LATENESS, "picture", "sound");

  private final TensorPool tensors = new TensorPool(1 << 20, LeakTracing.ON);
  private final ManualClock clock = new ManualClock();
  private final NodeView view = new NodeView(new Loops(1, 0, 0), _ -> {}, NodeLoad.UNKNOWN, clock);
  private final PipelineDoor door = new PipelineDoor(pipeline(), view);
  private final PairingDoor pairing = new PairingDoor(door, PAIRING, 2, clock);

  PairingDoorTest() {
    var plan =
        Plan.compile(
            door.manifest(), Map.of("stage", Graphs.stage("stage", "x")), VariantChoice.declared());
    var replicas =
        new Replicas(
            List.of((frame, step, _) -> run(frame, step)), new ServiceProfile(Optional.empty()));
    door.open(new Generation(plan, door, (_, _) -> replicas, tensors, view));
  }

  /** Closing the pool names every leaked tensor, so each test here is a leak test too. */
  @AfterEach
  void everyTensorIsBack() {
    pairing.close();
    assertEquals(0, pairing.waiting());
    var counters = door.counters();
    assertEquals(
        counters.offeredCount(),
        counters.completedCount() + counters.failedCount() + counters.droppedCount());
    tensors.close();
  }

  @Test
  void soundEightyMillisecondsLateMakesOneFrameWithItsPicture() {
    var picture = offer("picture", 0, 1);
    clock.advance(Duration.ofMillis(80));
    assertFalse(picture.isDone());
    var sound = offer("sound", 0, 2);

    assertEquals(new Joined("picture", START), sound.join());
    try (var answer = completed(picture)) {
      assertEquals(List.of(), answer.quality().unpaired());
      assertArrayEquals(new float[] {1}, answer.output("seen").toFloats());
      assertArrayEquals(new float[] {2}, answer.output("heard").toFloats());
    }
    assertEquals(1, door.counters().offeredCount());
  }

  @Test
  void beyondTheLatenessTheFrameGoesOnMarkedUnpaired() {
    var picture = offer("picture", 0, 1);
    clock.advance(LATENESS.minusNanos(1));
    assertEquals(Duration.ofNanos(1), pairing.expire().orElseThrow());
    assertFalse(picture.isDone());
    clock.advance(Duration.ofNanos(1));
    assertTrue(pairing.expire().isEmpty());

    try (var answer = completed(picture)) {
      assertEquals(List.of("sound"), answer.quality().unpaired());
      assertEquals("hear", answer.skipped().getFirst().step());
      assertFalse(answer.outputs().containsKey("heard"));
    }
  }

  @Test
  void anInputThatLacksARequiredOneIsDroppedAsUnpaired() {
    var sound = offer("sound", 0, 2);
    clock.advance(LATENESS);
    pairing.expire();

    assertEquals(DropReason.UNPAIRED, dropped(sound));
    assertEquals(1, door.counters().droppedCount(DropReason.UNPAIRED));
  }

  @Test
  void aFrameHasTheAttributesOfAllItsInputsAndTheLeadersFirst() {
    assertEquals(
        Map.of("session", "a", "by", "camera", "gain", "3"),
        PairingDoor.attributes(
            List.of(
                input("picture", Map.of("session", "a", "by", "camera")),
                input("sound", Map.of("session", "a", "by", "microphone", "gain", "3")))));
  }

  @Test
  void closingDropsWhatWaitsAndWhatComes() {
    var picture = offer("picture", 0, 1);
    var sound = offer("sound", -15, 1);
    pairing.close();
    var late = offer("picture", 33, 1);

    assertEquals(DropReason.UNLOADING, dropped(picture));
    assertEquals(DropReason.UNLOADING, dropped(sound));
    assertEquals(DropReason.UNLOADING, dropped(late));
  }

  @Test
  void anInputThatDoesNotFitFailsAloneAndItsPartnerGoesOn() {
    var picture = offer("picture", 0, 1);
    var sound = offer("sound", 0, Float.NaN);
    clock.advance(LATENESS);
    pairing.expire();

    assertEquals(
        "input 'sound': NaN at element 0 (expected: finite numbers) of pipeline 'graph'",
        failure(sound));
    try (var answer = completed(picture)) {
      assertEquals(List.of("sound"), answer.quality().unpaired());
    }
  }

  @Test
  void whatCannotBePairedIsToldWhy() {
    var touch = offer("touch", 0, 1);
    var keyless = pairing.offer(TimedInput.of("picture", tensor(1), START));
    for (var key : List.of("a", "b")) {
      var waiting = pairing.offer(TimedInput.of("picture", tensor(1), START).with("session", key));
      assertFalse(waiting.isDone());
    }
    var full = pairing.offer(TimedInput.of("sound", tensor(1), START).with("session", "c"));

    assertEquals(
        "input 'touch' of pipeline 'graph': not paired (expected: one of [picture, sound])",
        failure(touch));
    assertEquals(
        "input 'picture' of pipeline 'graph': no attribute 'session' (expected: what to pair by)",
        failure(keyless));
    assertEquals(DropReason.PAIRING_FULL, dropped(full));
  }

  @Test
  void theAnswerToACancelledOfferIsClosed() {
    var picture = offer("picture", 0, 1);
    picture.cancel(true);
    clock.advance(LATENESS);
    pairing.expire();

    assertEquals(1, door.counters().completedCount());
  }

  @Test
  void anAnswerMayOfferTheNextInput() {
    var next = new CompletableFuture<Offered>();
    var picture = offer("picture", 0, 1);
    picture.thenRun(
        () ->
            offer("picture", 33, 2)
                .thenCombine(offer("sound", 33, 2), (led, _) -> next.complete(led)));
    offer("sound", 0, 1);

    completed(picture).close();
    completed(next).close();
  }

  @Test
  void theAlarmRunsOnceUntilNothingWaits() {
    var alarms = new AtomicInteger();
    var early = offer("picture", 0, 1);
    pairing.onDue(alarms::incrementAndGet);
    assertEquals(1, alarms.get());
    var second = offer("picture", 100, 1);
    assertEquals(1, alarms.get());
    clock.advance(LATENESS);
    assertTrue(pairing.expire().isEmpty());
    var third = offer("picture", 200, 1);
    assertEquals(2, alarms.get());
    pairing.close();

    completed(early).close();
    completed(second).close();
    assertEquals(DropReason.UNLOADING, dropped(third));
  }

  @Test
  void nothingIsWaitedForAfterThePromiseThatNothingComes() {
    var picture = offer("picture", 0, 1);
    pairing.nothingBefore("sound", START.plusMillis(21), "a");

    completed(picture).close();
  }

  @Test
  void aPairingThatDoesNotFitThePipelineIsRefused() {
    assertEquals(
        "pairing.inputs: [picture, smell] (expected: only inputs of the pipeline)",
        refusal("picture", "smell"));
    assertEquals(
        "pairing.inputs: [sound, touch] (expected: 'picture' too, as it is required)",
        refusal("sound", "touch"));
  }

  private String refusal(String... inputs) {
    var other = PairingRun.pairing(Duration.ZERO, LATENESS, inputs);
    return String.valueOf(
        assertThrows(IllegalArgumentException.class, () -> new PairingDoor(door, other, 1, clock))
            .getMessage());
  }

  private CompletableFuture<Offered> offer(String input, long atMillis, float value) {
    return pairing.offer(
        new TimedInput(input, tensor(value), START.plusMillis(atMillis), Map.of("session", "a")));
  }

  private TimedInput input(String name, Map<String, String> attributes) {
    try (var tensor = tensor(0)) {
      return new TimedInput(name, tensor, START, attributes);
    }
  }

  private Tensor tensor(float... values) {
    return tensors.floats(Shape.of(values.length), values);
  }

  private static Answer answer(CompletableFuture<Offered> offered) {
    assertTrue(offered.isDone());
    return assertInstanceOf(Answered.class, offered.join()).answer();
  }

  private static Answer.Completed completed(CompletableFuture<Offered> offered) {
    return assertInstanceOf(Answer.Completed.class, answer(offered));
  }

  private static DropReason dropped(CompletableFuture<Offered> offered) {
    return assertInstanceOf(Answer.Dropped.class, answer(offered)).reason();
  }

  private static String failure(CompletableFuture<Offered> offered) {
    var failed = assertInstanceOf(Answer.Failed.class, answer(offered));
    assertEquals(ErrorCode.INVALID_INPUT, failed.code());
    return failed.message();
  }

  private static void run(Frame frame, PlanStep step) {
    var output = frame.inputs(step).getFirst().retain();
    frame.dispatch(frame.ran(step, List.of(output), RunTimes.alone(0, 0, 0)));
  }

  private static PipelineManifest pipeline() {
    return Graphs.pipeline(
        List.of(Graphs.input("picture"), optional("sound"), optional("touch")),
        List.of(Graphs.step("see", "stage", "x=picture"), Graphs.step("hear", "stage", "x=sound")),
        List.of(Graphs.output("seen", "see.y"), Graphs.output("heard", "hear.y")),
        List.of(),
        List.of());
  }

  private static Input optional(String name) {
    return new Input(Graphs.input(name).spec(), false);
  }
}
