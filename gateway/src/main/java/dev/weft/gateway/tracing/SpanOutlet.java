package dev.weft.gateway.tracing;

import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ended spans on their way to a collector: so many may wait, all further ones are dropped. Each is
 * counted once, as sent or as dropped. Who ends a span never waits. Threadsafe.
 */
final class SpanOutlet implements SpanProcessor {

  private static final Logger LOG = System.getLogger(SpanOutlet.class.getName());

  private static final int BATCH_MAX = 512;
  private static final Duration EVERY = Duration.ofSeconds(1);

  private final SpanExporter exporter;
  private final String where;
  private final int max;
  private final SpanCounts counts = new SpanCounts();
  private final BatchSpanProcessor batches;

  /** Spans that neither were sent nor dropped. */
  private final AtomicInteger waiting = new AtomicInteger();

  private final AtomicBoolean isOut = new AtomicBoolean();

  /**
   * @param where the exporter sends to, for people
   * @param max spans that may wait
   */
  SpanOutlet(SpanExporter exporter, String where, int max) {
    this.exporter = exporter;
    this.where = where;
    this.max = max;
    this.batches =
        BatchSpanProcessor.builder(new Counted())
            // Never full: what waits there waits here, too.
            .setMaxQueueSize(max)
            .setMaxExportBatchSize(Math.min(BATCH_MAX, max))
            .setScheduleDelay(EVERY)
            .build();
  }

  SpanCounts counts() {
    return counts;
  }

  /** Spans that are on their way now. */
  int waiting() {
    return waiting.get();
  }

  @Override
  public void onStart(Context parent, ReadWriteSpan span) {}

  @Override
  public boolean isStartRequired() {
    return false;
  }

  @Override
  public void onEnd(ReadableSpan span) {
    if (waiting.incrementAndGet() > max) {
      waiting.decrementAndGet();
      counts.dropped(1);
    } else {
      batches.onEnd(span);
    }
  }

  @Override
  public boolean isEndRequired() {
    return true;
  }

  @Override
  public CompletableResultCode forceFlush() {
    return batches.forceFlush();
  }

  @Override
  public CompletableResultCode shutdown() {
    return batches.shutdown();
  }

  private void settled(int spans, CompletableResultCode result) {
    if (result.isSuccess()) {
      counts.sent(spans);
      if (isOut.compareAndSet(true, false)) {
        LOG.log(
            Level.WARNING, "spans go to {0} again; {1} were lost", where, counts.droppedCount());
      }
    } else {
      counts.dropped(spans);
      if (isOut.compareAndSet(false, true)) {
        LOG.log(
            Level.WARNING,
            "spans cannot be sent to {0} and are dropped until they can: {1}",
            where,
            why(result));
      }
    }
    waiting.addAndGet(-spans); // Last: who waits for it finds all of them counted.
  }

  private static String why(CompletableResultCode result) {
    // What has no cause is an answer, which does not say more.
    return Optional.ofNullable(result.getFailureThrowable())
        .map(Throwable::getCause)
        .map(Throwable::toString)
        .orElse("they are refused (expected: a collector that takes OTLP over HTTP)");
  }

  /** The exporter, watched. */
  private final class Counted implements SpanExporter {

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
      var count = spans.size();
      var result = exporter.export(spans);
      return result.whenComplete(() -> settled(count, result));
    }

    @Override
    public CompletableResultCode flush() {
      return exporter.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
      return exporter.shutdown();
    }
  }
}
