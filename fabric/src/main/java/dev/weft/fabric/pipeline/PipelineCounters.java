package dev.weft.fabric.pipeline;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts what became of a pipeline's frames; offered = completed + dropped + failed + inside. */
public final class PipelineCounters {

  private final LongAdder offered = new LongAdder();
  private final LongAdder completed = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final Map<DropReason, LongAdder> dropped = new EnumMap<>(DropReason.class);

  PipelineCounters() {
    for (var reason : DropReason.values()) {
      dropped.put(reason, new LongAdder());
    }
  }

  void offered() {
    offered.increment();
  }

  void ended(Answer answer) {
    switch (answer) {
      case Answer.Completed _ -> completed.increment();
      case Answer.Failed _ -> failed.increment();
      case Answer.Dropped(var reason, _, _, _) -> dropped(reason).increment();
    }
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
