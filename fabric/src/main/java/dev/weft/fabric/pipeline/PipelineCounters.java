package dev.weft.fabric.pipeline;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts what became of a pipeline's frames. At rest offered = completed + dropped + failed; until
 * then the frames inside are between, where one answered early, as at its deadline, counts as both.
 */
public final class PipelineCounters {

  private final @Nullable PipelineCounters deferred;
  private final @Nullable PipelineCounters shadow;
  private final LongAdder workedNanos = new LongAdder();
  private final LongAdder wastedNanos = new LongAdder();

  private final LongAdder offered = new LongAdder();
  private final LongAdder completed = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder stale = new LongAdder();
  private final Map<DropReason, LongAdder> dropped = new EnumMap<>(DropReason.class);

  PipelineCounters() {
    this(new PipelineCounters(null, null), new PipelineCounters(null, null));
  }

  private PipelineCounters(@Nullable PipelineCounters deferred, @Nullable PipelineCounters shadow) {
    this.deferred = deferred;
    this.shadow = shadow;
    for (var reason : DropReason.values()) {
      dropped.put(reason, new LongAdder());
    }
  }

  void offered() {
    offered.increment();
  }

  void worked(long nanos, boolean isWasted) {
    workedNanos.add(nanos);
    if (isWasted) {
      wastedNanos.add(nanos);
    }
  }

  /** Of the frames that run what others put off; these have none of their own. */
  public PipelineCounters deferred() {
    return own(deferred);
  }

  /** Of the runs in the shadow; completed of offered is the coverage. */
  public PipelineCounters shadow() {
    return own(shadow);
  }

  /** Time stages ran for these frames, in nanoseconds. */
  public long workedNanos() {
    return workedNanos.sum();
  }

  /** Of {@link #workedNanos()}, for frames that had been answered before the run ended. */
  public long wastedNanos() {
    return wastedNanos.sum();
  }

  private static PipelineCounters own(@Nullable PipelineCounters counters) {
    if (counters == null) {
      throw new IllegalStateException("followers have no followers");
    }
    return counters;
  }

  void ended(Answer answer) {
    switch (answer) {
      case Answer.Completed _ -> completed.increment();
      case Answer.Failed _ -> failed.increment();
      case Answer.Dropped(var reason, _, _, _) -> dropped(reason).increment();
    }
  }

  /** Takes note of a caller who was given an earlier answer. */
  public void answeredStale() {
    stale.increment();
  }

  /**
   * Callers who were given an earlier answer. Their frames count as dropped or failed if they were
   * submitted here, and else not at all: an earlier answer is no run.
   */
  public long staleCount() {
    return stale.sum();
  }

  public long offeredCount() {
    return offered.sum();
  }

  public long completedCount() {
    return completed.sum();
  }

  public long failedCount() {
    return failed.sum();
  }

  public long droppedCount(DropReason reason) {
    return dropped(reason).sum();
  }

  public long droppedCount() {
    return dropped.values().stream().mapToLong(LongAdder::sum).sum();
  }

  private LongAdder dropped(DropReason reason) {
    var counter = dropped.get(reason);
    if (counter == null) {
      throw new IllegalStateException("no counter for " + reason);
    }
    return counter;
  }
}
