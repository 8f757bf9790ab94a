package dev.weft.fabric.sequence;

import static dev.weft.fabric.sequence.SequenceBed.ROOMY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.Quality;
import dev.weft.fabric.pipeline.Skipped;
import dev.weft.fabric.pipeline.Timings;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorMemoryException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SequenceBookTest {

  private static final long LATER = ROOMY.idleTimeout().toNanos() + 1;

  private final SequenceBed bed = new SequenceBed(ROOMY);
  private final StateSpec spec = StateSpec.of(bed.door.manifest());
  private final SequenceBook book =
      new SequenceBook(
          "graph", spec, new SequencePlaces(ROOMY, bed.tensors), new SequenceCounters(), 1 << 20);

  @AfterEach
  void everyTensorIsBack() {
    assertEquals(List.of(), book.close());
    bed.close();
  }

  private PendingStep taken(SequenceStep step) {
    var key = new SequenceKey("", step.id());
    var pending = new PendingStep(bed.sequences, step, key, bed.request(1), Long.MAX_VALUE);
    assertEquals(Optional.empty(), book.offer(pending, Optional.empty()));
    return pending;
  }

  private Turn turn(PendingStep step, long now) {
    return Objects.requireNonNull(book.next(Objects.requireNonNull(step.sequence), now));
  }

  /** Begun, run and left, so that nothing happens in it. */
  private Sequence idle() {
    var step = taken(SequenceStep.start("a"));
    end(assertInstanceOf(Turn.Run.class, turn(step, 0)));
    var sequence = Objects.requireNonNull(step.sequence);
    assertNull(book.next(sequence, 0));
    return sequence;
  }

  private void end(Turn.Run run) {
    run.request().inputs().values().forEach(Tensor::close);
    book.ended(run, true, true);
  }

  @Test
  void aSequenceDoesNotExpireBetweenTheTakingInOfAStepAndItsTurn() {
    var sequence = idle();
    var step = taken(SequenceStep.next("a"));
    book.expire(LATER);
    end(assertInstanceOf(Turn.Run.class, turn(step, LATER)));
    assertNull(book.next(sequence, LATER));
    book.expire(2 * LATER);
    assertNull(sequence.state);
  }

  @Test
  void withoutMemoryForWhatItLeavesAFrameIsRefusedAndWhatWasStays() {
    var sequence = idle();
    var before = Objects.requireNonNull(sequence.state);
    var step = taken(SequenceStep.next("a"));
    var all = all();
    var refused = assertInstanceOf(Turn.Refused.class, turn(step, 0));
    all.forEach(Tensor::close);
    var answer = assertInstanceOf(Answer.Failed.class, refused.answer());
    assertEquals(ErrorCode.OUT_OF_MEMORY, answer.code());
    assertTrue(answer.message().contains("no memory for what it leaves"), answer.message());
    book.ended(refused, false, false);
    step.request.inputs().values().forEach(Tensor::close);
    assertEquals(before, sequence.state);
  }

  private List<Tensor> all() {
    var all = new ArrayList<Tensor>();
    try {
      while (true) {
        all.add(bed.tensors.allocate(Datatype.FP32, Shape.of(1)));
      }
    } catch (TensorMemoryException e) {
      return all;
    }
  }

  @Test
  void whatStandsInForASkippedStepIsNoState() {
    try (var y = bed.tensors.floats(Shape.of(1), 1);
        var standIn = bed.tensors.floats(Shape.of(1), 0)) {
      var outputs = Map.of("y", y, "hN", standIn);
      assertTrue(spec.isIn(new Answer.Completed(outputs, Quality.full(), Timings.none())));
      var skipped = List.of(new Skipped("keep", Skipped.Reason.OVERLOADED));
      var quality = new Quality(skipped, List.of(), List.of(), Optional.empty());
      assertFalse(spec.isIn(new Answer.Completed(outputs, quality, Timings.none())));
    }
  }
}
