package dev.weft.fabric.sequence;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts what became of the sequences of pipelines of one name. Threadsafe. */
public final class SequenceCounters {

  private final LongAdder started = new LongAdder();
  private final Map<SequenceEnd, LongAdder> ended = new EnumMap<>(SequenceEnd.class);

  SequenceCounters() {
    for (var why : SequenceEnd.values()) {
      ended.put(why, new LongAdder());
    }
  }

  void started() {
    started.increment();
  }

  void ended(SequenceEnd why) {
    of(why).increment();
  }

  /** Sequences so far. */
  public long startedCount() {
    return started.sum();
  }

  /** Of these, those that ended so. */
  public long endedCount(SequenceEnd why) {
    return of(why).sum();
  }

  /** Sequences under way now. */
  public long liveCount() {
    var over = ended.values().stream().mapToLong(LongAdder::sum).sum();
    return Math.max(0, started.sum() - over);
  }

  private LongAdder of(SequenceEnd why) {
    var counter = ended.get(why);
    if (counter == null) {
      throw new IllegalStateException("no counter for " + why);
    }
    return counter;
  }
}
