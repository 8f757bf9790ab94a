package dev.weft.persistence.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.persistence.disk.Disk;
import dev.weft.persistence.disk.FolderDisk;
import dev.weft.persistence.testkit.SimulatedDisk;
import dev.weft.persistence.trace.LossReason;
import dev.weft.persistence.trace.Outcome;
import dev.weft.persistence.trace.TraceEntry;
import dev.weft.persistence.trace.TraceItem;
import dev.weft.persistence.trace.TraceQuery;
import dev.weft.persistence.trace.TraceSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The store with the thread it has in life. */
@Timeout(60)
class WriterThreadTest {

  private static final int THREADS = 4;
  private static final int RECORDS = 2_000;

  @TempDir Path folder;

  @Test
  void manyThreadsAppendAndEachSessionKeepsItsOrder() throws Exception {
    var settings = TraceStoreContract.settings().withWindow(Duration.ofMillis(1));
    try (var store = open(FolderDisk.at(folder), settings);
        var threads = Executors.newFixedThreadPool(THREADS)) {
      var sessions = new ArrayList<Callable<Boolean>>();
      for (var thread = 0; thread < THREADS; thread++) {
        var session = "s" + thread;
        sessions.add(() -> appendAll(store, session));
      }
      for (var done : threads.invokeAll(sessions)) {
        assertTrue(done.get());
      }
      assertTrue(store.verify().passed());
      assertEquals(THREADS * RECORDS, store.status().kept());
    }
  }

  private static SegmentStore open(Disk disk, TraceSettings settings) throws IOException {
    return SegmentStore.open(
        disk, settings, () -> StoreRig.START, new SecureRandom(), new WriterThread());
  }

  private static boolean appendAll(SegmentStore store, String session) {
    var replies = new ArrayList<CompletableFuture<Outcome>>();
    for (var i = 0; i < RECORDS; i++) {
      var entry = new TraceEntry(StoreRig.key(session, "audit"), new byte[64]);
      replies.add(store.append(entry).toCompletableFuture());
    }
    var last = 0L;
    for (var reply : replies) {
      var kept = assertInstanceOf(Outcome.Kept.class, reply.join());
      assertEquals(last + 1, kept.sequence());
      last = kept.sequence();
    }
    return true;
  }

  @Test
  void aDiskThatHangsBlocksNoCallerAndLeavesOneLoss() throws Exception {
    var disk = new SimulatedDisk(1);
    var settings = TraceStoreContract.settings().withQueue(1 << 20, 100).withWindow(Duration.ZERO);
    var hanging = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    try (var store = open(disk, settings)) {
      disk.onForce(
          _ -> {
            hanging.countDown();
            awaitQuietly(go);
          });
      store.append(StoreRig.key("s", "frames"), new byte[] {1});
      hanging.await();
      var replies = new ArrayList<CompletableFuture<Outcome>>();
      for (var i = 0; i < 500; i++) {
        replies.add(
            store.append(StoreRig.key("s", "frames"), new byte[] {2}).toCompletableFuture());
      }
      var dropped =
          replies.stream()
              .filter(CompletableFuture::isDone)
              .filter(reply -> reply.join() instanceof Outcome.Dropped)
              .count();
      assertEquals(401, dropped);
      go.countDown();
      replies.forEach(CompletableFuture::join);
    }
    try (var store = open(disk, settings)) {
      assertEquals(List.of(401L), lossCounts(store));
    }
  }

  private static List<Long> lossCounts(SegmentStore store) throws IOException {
    var counts = new ArrayList<Long>();
    try (var cursor = store.read(TraceQuery.all())) {
      for (var item = cursor.next(); item.isPresent(); item = cursor.next()) {
        if (item.get() instanceof TraceItem.Gap gap) {
          assertEquals(LossReason.QUEUE_FULL, gap.loss().reason());
          counts.add(gap.loss().count());
        }
      }
    }
    return counts;
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
