package dev.weft.fabric.stage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.manifest.Batching;
import dev.weft.fabric.profile.ServiceProfile;
import dev.weft.fabric.stage.BatchRule.Candidate;
import dev.weft.fabric.stage.StageRunner.Failed;
import dev.weft.fabric.stage.StageRunner.Outcome;
import dev.weft.fabric.stage.StageRunner.Ran;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.RunContext;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorAllocator;
import dev.weft.stages.tensor.TensorMemoryException;
import dev.weft.stages.tensor.TensorPool;
import dev.weft.stages.tensor.TensorPool.LeakTracing;
import dev.weft.stages.testkit.FixedContext;
import dev.weft.stages.testkit.ManualCancellation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Runs that several frames share. */
class BatchTest {

  private static final Signature SIGNATURE =
      new Signature(
          List.of(TensorSpec.of("x", Datatype.FP32, "n", "w")),
          List.of(TensorSpec.of("y", Datatype.FP32, "n", "w")));
  private static final ServiceProfile UNSEEN = new ServiceProfile(Optional.empty());

  private final TensorPool tensors = new TensorPool(1 << 20, LeakTracing.ON);

  /** Closing names every leaked tensor. */
  @AfterEach
  void stop() {
    tensors.close();
  }

  /** Rows are told apart by their first value; a negative one poisons its run. */
  @Test
  void everyFrameGetsItsOwnRowsWhateverTheSizesAndFailures() {
    for (var seed = 0L; seed < 2_000; seed++) {
      var random = new Random(seed);
      var inputs = new ArrayList<List<Tensor>>();
      var contexts = new ArrayList<RunContext>();
      var width = random.nextInt(4);
      var count = 2 + random.nextInt(7);
      for (var i = 0; i < count; i++) {
        var values = new float[random.nextInt(5) * width];
        for (var v = 0; v < values.length; v++) {
          values[v] = random.nextInt(40) == 0 ? -1 : random.nextInt(1_000);
        }
        var rows = width == 0 ? random.nextInt(5) : values.length / width;
        inputs.add(List.of(tensors.floats(Shape.of(rows, width), values)));
        contexts.add(FixedContext.of(tensors));
      }

      var outcomes =
          runner(BatchTest::plusOne, contexts.getFirst().tensors()).run(contexts, inputs);

      assertEquals(count, outcomes.size(), "seed " + seed);
      for (var i = 0; i < count; i++) {
        check(inputs.get(i).getFirst(), outcomes.get(i), "seed " + seed + ", frame " + i);
      }
      outcomes.forEach(Outcome::close);
      inputs.forEach(each -> each.forEach(Tensor::close));
      assertEquals(0, tensors.leased(), "seed " + seed + ": " + tensors.leaks());
    }
  }

  private static void check(Tensor input, Outcome outcome, String where) {
    var expected = input.toFloats();
    var isPoisoned = false;
    for (var i = 0; i < expected.length; i++) {
      isPoisoned |= expected[i] < 0;
      expected[i]++;
    }
    if (isPoisoned) {
      assertInstanceOf(Failed.class, outcome, where);
    } else {
      var output = assertInstanceOf(Ran.class, outcome, where).outputs().getFirst();
      assertEquals(input.shape(), output.shape(), where);
      assertArrayEquals(expected, output.toFloats(), where);
    }
  }

  @Test
  void anOutputWithAnotherNumberOfRowsIsDoneAgainFrameByFrame() {
    var outcomes =
        run(
            (context, x) -> x.shape().dim(0) == 1 ? plusOne(context, x) : x.rows(0, 1),
            List.of(tensor(1), tensor(2)),
            contexts(2, tensors));

    assertValues(List.of(2f, 3f), outcomes);
  }

  @Test
  void framesAreRunAloneWhenThereIsNoMemoryToPutThemTogether() {
    var scarce = new Scarce(tensors, 2);
    var outcomes = run(BatchTest::plusOne, List.of(tensor(1), tensor(2)), contexts(2, scarce));

    assertValues(List.of(2f, 3f), outcomes);
  }

  @Test
  void aCancelledFrameIsNotRunAgainAndCostsItsCompanyNothing() {
    var gone = new ManualCancellation();
    gone.cancel();
    var contexts =
        List.<RunContext>of(
            FixedContext.of(tensors), FixedContext.of(tensors).withCancellation(gone));
    var outcomes =
        run(
            (context, x) -> {
              if (x.shape().dim(0) > 1) {
                throw new StageException(ErrorCode.CANCELLED, "for no reason");
              }
              return plusOne(context, x);
            },
            List.of(tensor(1), tensor(2)),
            contexts);

    assertInstanceOf(Ran.class, outcomes.getFirst()).close();
    assertEquals(ErrorCode.CANCELLED, assertInstanceOf(Failed.class, outcomes.get(1)).code());
  }

  @Test
  void aRunIsCancelledOnlyWhenAllItsFramesAre() {
    var cancellations = List.of(new ManualCancellation(), new ManualCancellation());
    var contexts =
        cancellations.stream()
            .<RunContext>map(each -> FixedContext.of(tensors).withCancellation(each))
            .toList();
    var fired = new ArrayList<Boolean>();
    var outcomes =
        run(
            (context, x) -> {
              try (var _ = context.cancellation().onCancel(() -> fired.add(true))) {
                cancellations.getFirst().cancel();
                assertFalse(context.cancellation().isCancelled());
                assertTrue(fired.isEmpty());
                cancellations.getLast().cancel();
                assertTrue(context.cancellation().isCancelled());
              }
              throw new StageException(ErrorCode.CANCELLED, "as asked");
            },
            List.of(tensor(1), tensor(2)),
            contexts);

    assertEquals(List.of(true), fired);
    outcomes.forEach(
        each -> assertEquals(ErrorCode.CANCELLED, assertInstanceOf(Failed.class, each).code()));
    assertEquals(0, cancellations.getFirst().registered());
  }

  @Test
  void tenantsAndPrivacyClassesMixOnlyWhereAllowed() {
    for (var mixesTenants : List.of(true, false)) {
      for (var mixesPrivacy : List.of(true, false)) {
        var limits = new Batching(8, 1_000, mixesTenants, mixesPrivacy);
        try (var x = tensor(1)) {
          assertEquals(mixesTenants, joins(limits, new Candidate("b", "p", 4, 100, List.of(x)), x));
          assertEquals(mixesPrivacy, joins(limits, new Candidate("a", "q", 4, 100, List.of(x)), x));
          assertTrue(joins(limits, new Candidate("a", "p", 4, 100, List.of(x)), x));
        }
      }
    }
  }

  @Test
  void numberAndBytesAreBoundedExactly() {
    try (var x = tensor(1)) {
      var rule = new BatchRule(Batching.upTo(3), UNSEEN, 0, candidate(x, 4, 100));
      assertTrue(rule.joins(candidate(x, 4, 100)));
      assertFalse(rule.isFull());
      assertTrue(rule.joins(candidate(x, 4, 100)));
      assertTrue(rule.isFull());
      assertFalse(rule.joins(candidate(x, 4, 100)));

      var bytes = new BatchRule(new Batching(8, 10, false, false), UNSEEN, 0, candidate(x, 4, 9));
      assertFalse(bytes.joins(candidate(x, 7, 9)));
      assertTrue(bytes.joins(candidate(x, 6, 9)));
      assertFalse(bytes.joins(candidate(x, 1, 9)));
    }
  }

  @Test
  void nobodyJoinsWhoWouldMakeTheTightestDeadlineMissed() {
    var promised = new ServiceProfile(Optional.of(10L));
    try (var x = tensor(1)) {
      var rule = new BatchRule(Batching.upTo(8), promised, 5, candidate(x, 4, 35));
      assertFalse(rule.joins(candidate(x, 4, 24)));
      assertTrue(rule.joins(candidate(x, 4, 100)));
      assertTrue(rule.joins(candidate(x, 4, 100)));
      assertFalse(rule.joins(candidate(x, 4, 100)));
    }
  }

  @Test
  void framesWhoseInputsHaveUnequalRowsRunAlone() {
    try (var one = tensor(1);
        var two = tensors.floats(Shape.of(2, 1), 1, 2)) {
      var rule = new BatchRule(Batching.upTo(8), UNSEEN, 0, candidate(4, one, two));
      assertFalse(rule.joins(candidate(4, two, one)));
      var even = new BatchRule(Batching.upTo(8), UNSEEN, 0, candidate(4, one, one));
      assertFalse(even.joins(candidate(4, two, one)));
      assertTrue(even.joins(candidate(4, two, two)));
    }
  }

  @Test
  void aStageIsSuspendedForTwiceAsLongEachTime() {
    var breaker = new StageBreaker();
    assertFalse(breaker.lost(0));
    assertFalse(breaker.lost(1));
    assertFalse(breaker.isOpen(1));
    assertTrue(breaker.lost(2));
    var first = StageBreaker.FIRST_PAUSE.toNanos();
    assertTrue(breaker.isOpen(first + 1));
    assertFalse(breaker.isOpen(first + 2));
    assertTrue(breaker.lost(first + 3));
    assertEquals(StageBreaker.FIRST_PAUSE.multipliedBy(2), breaker.left(first + 3));
    assertFalse(breaker.isOpen(3 * first + 3));
    var later = 4 * first + 2 * StageBreaker.WINDOW.toNanos();
    assertFalse(breaker.lost(later));
    assertFalse(breaker.isOpen(later));
  }

  private boolean joins(Batching limits, Candidate next, Tensor x) {
    var first = new Candidate("a", "p", 4, 100, List.of(x));
    return new BatchRule(limits, UNSEEN, 0, first).joins(next);
  }

  private static Candidate candidate(Tensor x, long bytes, long deadline) {
    return new Candidate("", "", bytes, deadline, List.of(x));
  }

  private static Candidate candidate(long bytes, Tensor... inputs) {
    return new Candidate("", "", bytes, 100, List.of(inputs));
  }

  private List<Outcome> run(
      BiFunction<RunContext, Tensor, Tensor> stage,
      List<Tensor> inputs,
      List<RunContext> contexts) {
    var outcomes =
        runner(stage, contexts.getFirst().tensors())
            .run(contexts, inputs.stream().map(List::of).toList());
    inputs.forEach(Tensor::close);
    return outcomes;
  }

  private static List<RunContext> contexts(int count, TensorAllocator tensors) {
    var contexts = new ArrayList<RunContext>();
    for (var i = 0; i < count; i++) {
      contexts.add(FixedContext.of(tensors));
    }
    return contexts;
  }

  private static BatchRunner runner(
      BiFunction<RunContext, Tensor, Tensor> stage, TensorAllocator tensors) {
    return new BatchRunner(
        new StageRunner(
            "stage",
            new Stage() {
              @Override
              public Signature signature() {
                return SIGNATURE;
              }

              @Override
              public List<Tensor> run(RunContext context, List<Tensor> inputs) {
                return List.of(stage.apply(context, inputs.getFirst()));
              }

              @Override
              public void close() {}
            },
            SIGNATURE,
            tensors));
  }

  private static Tensor plusOne(RunContext context, Tensor x) {
    var values = x.toFloats();
    for (var i = 0; i < values.length; i++) {
      if (values[i] < 0) {
        throw new StageException(ErrorCode.INVALID_INPUT, "poisoned");
      }
      values[i]++;
    }
    return context.tensors().floats(x.shape(), values);
  }

  private static void assertValues(List<Float> expected, List<Outcome> outcomes) {
    var values = new ArrayList<Float>();
    for (var outcome : outcomes) {
      var ran = assertInstanceOf(Ran.class, outcome, String.valueOf(outcome));
      values.add(ran.outputs().getFirst().toFloats()[0]);
      ran.close();
    }
    assertEquals(expected, values);
  }

  private Tensor tensor(float value) {
    return tensors.floats(Shape.of(1, 1), value);
  }

  /** Has no memory for more elements than this. */
  private record Scarce(TensorAllocator tensors, long elements) implements TensorAllocator {
    @Override
    public Tensor allocate(Datatype datatype, Shape shape) {
      if (shape.elements() >= elements) {
        throw new TensorMemoryException("planted");
      }
      return tensors.allocate(datatype, shape);
    }

    @Override
    public Tensor allocateBytes(Shape shape, long bytes) {
      throw new TensorMemoryException("planted");
    }
  }
}
