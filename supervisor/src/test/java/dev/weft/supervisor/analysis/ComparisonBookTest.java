package dev.weft.supervisor.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorPool;
import dev.weft.supervisor.comparison.Comparison;
import dev.weft.supervisor.comparison.ComparisonSettings;
import dev.weft.supervisor.comparison.Fault;
import dev.weft.supervisor.comparison.FrameReference;
import java.util.AbstractList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Frames compared side by side, and what is taken out meanwhile. */
class ComparisonBookTest {

  /** More than there are places. */
  private static final int THREADS = ComparisonBook.PLACES_MAX + 2;

  private static final int FRAMES = 1_000;

  private final TensorPool pool = new TensorPool(1 << 20, TensorPool.LeakTracing.OFF);
  private final Tensor number = floats(1);
  private final Tensor nan = floats(Float.NaN);
  private final ComparisonBook book =
      new ComparisonBook(List.of("y"), ComparisonSettings.usual(), 1);

  @AfterEach
  void close() {
    number.close();
    nan.close();
    pool.close();
  }

  @Test
  void eachFrameAndEachFaultIsInOneOfTheTakings() throws Exception {
    var frames = 0L;
    var faulty = 0L;
    try (var threads = Executors.newFixedThreadPool(THREADS)) {
      var comparing =
          IntStream.range(0, THREADS).mapToObj(_ -> threads.submit(this::compareAll)).toList();
      while (!comparing.stream().allMatch(Future::isDone)) {
        var taken = book.take();
        frames += taken.frames();
        faulty += taken.faulty();
      }
      for (var each : comparing) {
        each.get();
      }
    }
    var rest = book.take();

    assertEquals((long) THREADS * FRAMES, frames + rest.frames());
    // One frame of ten has a NaN, and one of ten its process ended.
    assertEquals(2L * THREADS * FRAMES / 10, faulty + rest.faulty());
    assertEquals(Comparison.NONE.frames(), book.take().frames());
  }

  @Test
  void aThreadDoesNotWaitForTheComparisonOfAnother() throws Exception {
    var compared = new CompletableFuture<Boolean>();
    try (var threads = Executors.newFixedThreadPool(1)) {
      // Reading the outputs of the first frame waits for the whole comparison of the second.
      book.compare(
          frame(1),
          new WaitingList(
              List.of(number),
              () -> {
                threads.execute(
                    () ->
                        compared.complete(
                            book.compare(frame(2), List.of(number), List.of(number))));
                compared.join();
              }),
          List.of(number));
    }

    assertEquals(true, compared.get());
    assertEquals(2, book.comparison().frames());
  }

  private void compareAll() {
    for (var i = 0; i < FRAMES; i++) {
      book.compare(frame(i), List.of(number), List.of(i % 10 == 0 ? nan : number));
      if (i % 10 == 1) {
        book.fault(Fault.Kind.CRASH, frame(i), "its process ended");
      }
    }
  }

  private static FrameReference frame(long number) {
    return new FrameReference("s", 1, number);
  }

  private Tensor floats(float value) {
    var tensor = pool.allocate(Datatype.FP32, Shape.of(1));
    tensor.copyFromFloats(value);
    return tensor;
  }

  /** Does something at the first look at its elements. */
  private static final class WaitingList extends AbstractList<Tensor> {
    private final List<Tensor> tensors;
    private Runnable before;

    WaitingList(List<Tensor> tensors, Runnable before) {
      this.tensors = tensors;
      this.before = before;
    }

    @Override
    public Tensor get(int index) {
      var first = before;
      before = () -> {};
      first.run();
      return tensors.get(index);
    }

    @Override
    public int size() {
      return tensors.size();
    }
  }
}
