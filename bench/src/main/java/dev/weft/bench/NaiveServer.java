package dev.weft.bench;

import dev.weft.bench.load.Call;
import dev.weft.bench.load.Outcome;
import dev.weft.bench.load.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/**
 * What a simple server does: a fixed pool of threads over one unbounded queue, first come first
 * served, running the same model. It knows no lane, no deadline, no tenant and no caller who left.
 */
final class NaiveServer implements Target, AutoCloseable {

  private record Job(Call call, Consumer<Outcome> ended) {}

  private final BlockingQueue<Job> queue = new LinkedBlockingQueue<>();
  private final List<Thread> threads = new ArrayList<>();
  private final Contender model;
  private final ModelTime time;

  /**
   * @param model closed with this server
   * @param time told what each run was spent on
   */
  NaiveServer(int threads, Contender model, ModelTime time) {
    this.model = model;
    this.time = time;
    for (var i = 0; i < threads; i++) {
      this.threads.add(Thread.ofPlatform().daemon().name("naive-server-" + i).start(this::serve));
    }
  }

  @Override
  public Runnable submit(Call call, Consumer<Outcome> ended) {
    queue.add(new Job(call, ended));
    return () -> {};
  }

  private void serve() {
    try (var caller = model.newCaller()) {
      while (true) {
        var job = queue.take();
        var started = System.nanoTime();
        caller.runFrame();
        time.ran(started, System.nanoTime(), job.call().deadNanos());
        job.ended().accept(Outcome.COMPLETED);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      throw new IllegalStateException("a frame failed", e);
    }
  }

  /** Forgets what still waits. */
  @Override
  public void close() {
    ServerThreads.end(threads);
    model.close();
  }
}
