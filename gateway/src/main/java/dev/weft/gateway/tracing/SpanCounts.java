package dev.weft.gateway.tracing;

import java.util.concurrent.atomic.LongAdder;

/** What became of the spans of one server. Threadsafe. */
public final class SpanCounts {

  private final LongAdder sent = new LongAdder();
  private final LongAdder dropped = new LongAdder();

  SpanCounts() {}

  void sent(int count) {
    sent.add(count);
  }

  void dropped(int count) {
    dropped.add(count);
  }

  /** Spans that the collector took. */
  public long sentCount() {
    return sent.sum();
  }

  /** Spans that it did not take, or for which there was no room to wait for it. */
  public long droppedCount() {
    return dropped.sum();
  }
}
