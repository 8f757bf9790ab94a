package dev.weft.stages.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.stages.tensor.TensorPool.LeakTracing;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class TensorPoolTest {

  @Test
  void sizesBlocksWithAtMostAFifthUnused() {
    assertEquals(256, TensorPool.sizeClass(0));
    assertEquals(256, TensorPool.sizeClass(256));
    assertEquals(320, TensorPool.sizeClass(257));
    assertEquals(1024, TensorPool.sizeClass(1000));
    for (var bytes = 257L; bytes < 1L << 60; bytes += bytes / 7 + 1) {
      var capacity = TensorPool.sizeClass(bytes);
      assertTrue(capacity >= bytes && (capacity - bytes) * 5 <= capacity, "bytes " + bytes);
      assertEquals(capacity, TensorPool.sizeClass(capacity));
    }
  }

  @Test
  void reusesTheBlockFreedLast() {
    try (var pool = new TensorPool(1 << 20, LeakTracing.ON)) {
      var first = pool.floats(Shape.of(100), new float[100]);
      var address = first.segment().address();
      first.close();
      try (var second = pool.floats(Shape.of(99), new float[99])) {
        assertEquals(address, second.segment().address());
      }
    }
  }

  @Test
  void remembersTheMostThatWasHeld() {
    try (var pool = new TensorPool(4096, LeakTracing.ON)) {
      assertEquals(0, pool.bytesPeak());
      pool.allocate(Datatype.UINT8, Shape.of(1024)).close();
      pool.allocate(Datatype.UINT8, Shape.of(4096)).close(); // The memory that waits makes room.
      pool.allocate(Datatype.UINT8, Shape.of(256)).close();
      assertEquals(4096, pool.bytesPeak());
      assertEquals(4096, pool.bytesMax());
    }
  }

  @Test
  void whoNeverClosesHisTensorsLeavesTheRestToOthers() {
    try (var pool = new TensorPool(4096, LeakTracing.ON)) {
      var leaking = pool.share("stage 'leaky'", 2048);
      var leaked = new ArrayList<Tensor>();
      for (var i = 0; i < 8; i++) {
        leaked.add(leaking.allocate(Datatype.UINT8, Shape.of(256)));
      }
      var error =
          assertThrows(
              TensorMemoryException.class, () -> leaking.allocate(Datatype.UINT8, Shape.of(1)));
      assertEquals(
          "tensor UINT8[1]: 256 bytes on top of 2048 on lease to stage 'leaky'"
              + " (expected: <= 2048 in all for one)",
          error.getMessage());
      var other = pool.share("stage 'other'", 2048);
      for (var round = 0; round < 100; round++) {
        other.allocate(Datatype.UINT8, Shape.of(2048)).close();
      }
      leaked.forEach(Tensor::close);
      leaking.allocateBytes(Shape.of(1), 2048).close();
    }
  }

  @Test
  void memoryThatIsNotThereIsNotHeldAgainstAShare() {
    try (var pool = new TensorPool(1024, LeakTracing.ON)) {
      var share = pool.share("one", 1024);
      try (var taken = pool.allocate(Datatype.UINT8, Shape.of(1024))) {
        assertThrows(
            TensorMemoryException.class, () -> share.allocate(Datatype.UINT8, Shape.of(1024)));
        assertEquals(1024, taken.byteSize());
      }
      share.allocate(Datatype.UINT8, Shape.of(1024)).close();
    }
  }

  @Test
  void refusesWhatPassesItsBound() {
    try (var pool = new TensorPool(1024, LeakTracing.ON);
        var half = pool.allocate(Datatype.UINT8, Shape.of(512))) {
      assertEquals(512, half.byteSize());
      var error =
          assertThrows(
              TensorMemoryException.class, () -> pool.allocate(Datatype.UINT8, Shape.of(513)));
      assertEquals(
          "tensor UINT8[513]: 640 bytes on top of 512 leased (expected: <= 1024 in all)",
          error.getMessage());
      assertThrows(
          TensorMemoryException.class, () -> pool.allocate(Datatype.FP32, Shape.of(1L << 50)));
      assertEquals(512, pool.bytesHeld());
    }
  }

  @Test
  void refusesASizeInBytesThatOverflows() {
    try (var pool = new TensorPool(Long.MAX_VALUE, LeakTracing.OFF)) {
      assertThrows(
          IllegalArgumentException.class, () -> pool.allocate(Datatype.FP64, Shape.of(1L << 61)));
      assertThrows(
          TensorMemoryException.class, () -> pool.allocate(Datatype.UINT8, Shape.of(1L << 62)));
      assertThrows(IllegalArgumentException.class, () -> pool.allocateBytes(Shape.of(1), -1));
      assertThrows(
          IllegalArgumentException.class, () -> pool.allocate(Datatype.BYTES, Shape.of(1)));
    }
  }

  @Test
  void freesWaitingBlocksOfOtherSizesBeforeItRefuses() {
    try (var pool = new TensorPool(1024, LeakTracing.ON)) {
      pool.allocate(Datatype.UINT8, Shape.of(256)).close();
      pool.allocate(Datatype.UINT8, Shape.of(512)).close();
      assertEquals(768, pool.bytesHeld());
      pool.allocate(Datatype.UINT8, Shape.of(1024)).close();
      assertEquals(1024, pool.bytesHeld());
    }
  }

  @Test
  void namesTheSiteOfALeak() {
    var pool = new TensorPool(1024, LeakTracing.ON);
    var leaked = pool.floats(Shape.of(1), 1);

    var leak = pool.leaks().getFirst();
    assertEquals("namesTheSiteOfALeak", leak.allocatedAt().getFirst().getMethodName());
    var error = assertThrows(IllegalStateException.class, pool::close);
    assertTrue(error.toString().contains("leaked tensors: 1"), error.toString());
    assertTrue(error.toString().contains("namesTheSiteOfALeak"), error.toString());

    leaked.close();
    assertEquals(0, pool.bytesHeld());
  }

  @Test
  void freesLateReturnsAndLendsNothingOnceClosed() {
    var pool = new TensorPool(1024, LeakTracing.OFF);
    var late = pool.floats(Shape.of(1), 1);
    pool.close();
    assertNotEquals(0, pool.bytesHeld());
    assertThrows(IllegalStateException.class, () -> pool.floats(Shape.of(1), 1));
    late.close();

    assertEquals(0, pool.bytesHeld());
  }

  /** Four threads take, retain, hand over and end leases; nobody ever sees another's content. */
  @Test
  void keepsContentAndAccountsUnderConcurrentUse() throws Exception {
    var seed = System.nanoTime();
    var bound = 64 * 1024L;
    try (var pool = new TensorPool(bound, LeakTracing.ON);
        var threads = Executors.newFixedThreadPool(4)) {
      var workers = new ArrayList<Future<Integer>>();
      for (var worker = 0; worker < 4; worker++) {
        var random = new Random(seed + worker);
        workers.add(threads.submit(() -> churn(pool, random, bound)));
      }
      var lent = 0;
      for (var worker : workers) {
        lent += outcome(worker, seed);
      }
      assertTrue(lent > 1000, "seed " + seed + ": " + lent + " tensors lent");
      assertEquals(0, pool.leased(), "seed " + seed);
    }
  }

  private static int outcome(Future<Integer> worker, long seed) throws InterruptedException {
    try {
      return worker.get();
    } catch (ExecutionException e) {
      throw new AssertionError("seed " + seed, e.getCause());
    }
  }

  private static int churn(TensorPool pool, Random random, long bound) {
    var lent = 0;
    var held = new ArrayList<Tensor>();
    for (var round = 0; round < 20_000; round++) {
      try {
        var tensor = pool.allocate(Datatype.INT64, Shape.of(1 + random.nextInt(512)));
        mark(tensor);
        held.add(tensor);
        lent++;
      } catch (TensorMemoryException e) {
        assertTrue(pool.bytesHeld() <= bound);
      }
      if (!held.isEmpty() && random.nextBoolean()) {
        held.add(held.get(random.nextInt(held.size())).retain());
      }
      while (held.size() > random.nextInt(8)) {
        var tensor = held.remove(random.nextInt(held.size()));
        checkMark(tensor);
        tensor.close();
      }
      assertTrue(pool.bytesHeld() <= bound);
    }
    held.forEach(Tensor::close);
    return lent;
  }

  private static void mark(Tensor tensor) {
    var mark = System.identityHashCode(tensor);
    var buffer = tensor.buffer();
    buffer.putLong(0, mark);
    buffer.putLong((int) tensor.byteSize() - Long.BYTES, mark);
  }

  private static void checkMark(Tensor tensor) {
    var mark = (long) System.identityHashCode(tensor);
    assertEquals(mark, tensor.buffer().getLong(0));
    assertEquals(mark, tensor.buffer().getLong((int) tensor.byteSize() - Long.BYTES));
  }
}
