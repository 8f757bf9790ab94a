package dev.weft.bench;

import ai.onnxruntime.OrtException;
import dev.weft.bench.load.Call;
import dev.weft.bench.load.Outcome;
import dev.weft.bench.load.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * What most servers call dynamic batching: the first call that comes opens a window, and all that
 * come before it closes, or until the batch is full, run together.
 *
 * <p>Threads take turns collecting; while one runs its batch the next collects.
 */
final class WindowBatcher implements Target, AutoCloseable {

  private record Job(Consumer<Outcome> ended) {}

  private final BlockingQueue<Job> queue = new LinkedBlockingQueue<>();
  private final ReentrantLock collecting = new ReentrantLock(true);
  private final List<Thread> threads = new ArrayList<>();
  private final RawModel model;
  private final FrameInput row;
  private final Duration window;
  private final int rowsMax;

  /**
   * @param model closed with this batcher
   */
  WindowBatcher(int threads, RawModel model, FrameInput row, Duration window, int rowsMax) {
    this.model = model;
    this.row = row;
    this.window = window;
    this.rowsMax = rowsMax;
    for (var i = 0; i < threads; i++) {
      this.threads.add(Thread.ofPlatform().daemon().name("window-batcher-" + i).start(this::serve));
    }
  }

  @Override
  public Runnable submit(Call call, Consumer<Outcome> ended) {
    queue.add(new Job(ended));
    return () -> {};
  }

  private void serve() {
    try (var batches = new BatchModel(model, row)) {
      while (true) {
        var batch = collect();
        batches.run(batch.size());
        batch.forEach(job -> job.ended().accept(Outcome.COMPLETED));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (OrtException e) {
      throw new IllegalStateException("a batch failed", e);
    }
  }

  private List<Job> collect() throws InterruptedException {
    collecting.lockInterruptibly();
    try {
      var batch = new ArrayList<Job>();
      batch.add(queue.take());
      var closes = System.nanoTime() + window.toNanos();
      while (batch.size() < rowsMax) {
        var next = queue.poll(closes - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (next == null) {
          break;
        }
        batch.add(next);
      }
      return batch;
    } finally {
      collecting.unlock();
    }
  }

  /** Forgets what still waits. */
  @Override
  public void close() {
    ServerThreads.end(threads);
    model.close();
  }
}
