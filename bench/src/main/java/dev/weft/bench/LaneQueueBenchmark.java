package dev.weft.bench;

import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.manifest.QueueLimits;
import dev.weft.fabric.stage.LaneQueue;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What waits before a stage. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LaneQueueBenchmark {

  private final LaneQueue<Object> queue = new LaneQueue<>(QueueLimits.defaults());
  private final Object item = new Object();

  /** One item in and out of an empty queue. */
  @Benchmark
  public Optional<Object> offerAndPoll() {
    queue.offer(Lane.INTERACTIVE, item);
    return queue.poll();
  }
}
