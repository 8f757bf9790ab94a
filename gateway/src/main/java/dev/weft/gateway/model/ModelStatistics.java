package dev.weft.gateway.model;

import dev.weft.fabric.pipeline.Timings;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * What became of one model's requests that came through the gateway, counted since it was first
 * asked for. Threadsafe; counters are read one by one, so that those of a moment may differ by the
 * requests in it.
 */
public final class ModelStatistics {

  private final Count success = new Count();
  private final Count fail = new Count();
  private final Count queue = new Count();
  private final Count input = new Count();
  private final Count infer = new Count();
  private final Count output = new Count();
  private final LongAdder runs = new LongAdder();
  private final LongAdder inferences = new LongAdder();
  private final AtomicLong lastMillis = new AtomicLong();

  private static final class Count {
    private final LongAdder times = new LongAdder();
    private final LongAdder nanos = new LongAdder();

    void add(long duration) {
      times.increment();
      nanos.add(duration);
    }

    Total total() {
      return new Total(times.sum(), nanos.sum());
    }
  }

  /** How often something happened, and how long all of it took. */
  public record Total(long count, long nanos) {

    Map<String, Object> object() {
      var object = new LinkedHashMap<String, Object>();
      object.put("count", count);
      object.put("ns", nanos);
      return object;
    }
  }

  /**
   * What was counted up to a moment, as far as Triton's statistics extension is known here.
   *
   * @param lastMillis of the last answer, since 1970; 0 if there was none
   * @param inferences that succeeded by a run
   * @param runs of the model, each of one request or of several
   * @param success from the first byte of a request to the last of its answer
   * @param queue all steps together, as are {@code infer}
   * @param input from the first byte of a body to the last tensor
   * @param output from the answer to its last byte
   */
  public record Snapshot(
      long lastMillis,
      long inferences,
      long runs,
      Total success,
      Total fail,
      Total queue,
      Total input,
      Total infer,
      Total output) {

    Map<String, Object> object(String name) {
      var times = new LinkedHashMap<String, Object>();
      times.put("success", success.object());
      times.put("fail", fail.object());
      times.put("queue", queue.object());
      times.put("compute_input", input.object());
      times.put("compute_infer", infer.object());
      times.put("compute_output", output.object());
      var object = new LinkedHashMap<String, Object>();
      object.put("name", name);
      object.put("version", Model.VERSION);
      object.put("last_inference", lastMillis);
      object.put("inference_count", inferences);
      object.put("execution_count", runs);
      object.put("inference_stats", times);
      return object;
    }
  }

  /**
   * Counts an answer that went out.
   *
   * @param atMillis since 1970
   * @param readNanos from the first byte of the body to the last tensor
   * @param timings of its frame
   * @param writtenNanos from the answer to its last byte
   * @param totalNanos all of it
   */
  public void succeeded(
      long atMillis, long readNanos, Timings timings, long writtenNanos, long totalNanos) {
    given(readNanos, writtenNanos, totalNanos);
    inferences.increment();
    queue.add(timings.queuedNanos());
    infer.add(timings.ranNanos());
    if (timings.isFirstOfItsRun()) {
      runs.increment();
    }
    lastMillis.accumulateAndGet(atMillis, Math::max);
  }

  /** Counts an earlier answer that went out once more: a success without a run. */
  public void given(long readNanos, long writtenNanos, long totalNanos) {
    success.add(totalNanos);
    input.add(readNanos);
    output.add(writtenNanos);
  }

  /** Counts a request that was refused, dropped, or failed. */
  public void failed(long totalNanos) {
    fail.add(totalNanos);
  }

  /** What is counted by now. */
  public Snapshot snapshot() {
    return new Snapshot(
        lastMillis.get(),
        inferences.sum(),
        runs.sum(),
        success.total(),
        fail.total(),
        queue.total(),
        input.total(),
        infer.total(),
        output.total());
  }
}
