package dev.weft.bench;

import dev.weft.fabric.lane.LaneQueue;
import dev.weft.fabric.lane.Waiting;
import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.manifest.QueueLimits;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What waits before a stage. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LaneQueueBenchmark {

  private static final int WAITING = 32;

  private final LaneQueue<Item> longQueue = new LaneQueue<>(QueueLimits.defaults());
  private final LaneQueue<Item> queue = new LaneQueue<>(QueueLimits.defaults());
  private final Item item = new Item(1_000);

  private record Item(long deadlineNanos) implements Waiting {
    @Override
    public Lane lane() {
      return Lane.INTERACTIVE;
    }

    @Override
    public long bytes() {
      return 64;
    }

    @Override
    public String tenant() {
      return "";
    }

    @Override
    public String source() {
      return "";
    }
  }

  @Setup
  public void fill() {
    for (var i = 0; i < WAITING; i++) {
      longQueue.offer(new Item(i), (_, _) -> {});
    }
  }

  /** One item in and one out of a queue in which others wait. */
  @Benchmark
  public @Nullable Waiting offerAndPollAmongOthers() {
    longQueue.offer(item, (_, _) -> {});
    return longQueue.poll();
  }

  /** One item in and one out. */
  @Benchmark
  public @Nullable Waiting offerAndPoll() {
    queue.offer(item, (_, _) -> {});
    return queue.poll();
  }
}
