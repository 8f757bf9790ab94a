package dev.weft.gateway.observatory;

import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.DropReason;
import dev.weft.fabric.pipeline.Quality;
import dev.weft.fabric.pipeline.Skipped;
import dev.weft.fabric.pipeline.Timings;
import dev.weft.stages.spi.ErrorCode;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts what became of the frames of one lane of a pipeline. Threadsafe; never waits. */
final class LaneFlow {

  private final LongAdder completed = new LongAdder();
  private final LongAdder degraded = new LongAdder();
  private final Counts<DropReason> dropped = new Counts<>(DropReason.class);
  private final Counts<ErrorCode> failed = new Counts<>(ErrorCode.class);
  private final Counts<Skipped.Reason> skipped = new Counts<>(Skipped.Reason.class);
  private final LongAdder[] latency = new LongAdder[LatencyGrid.CELLS];

  LaneFlow() {
    Arrays.setAll(latency, _ -> new LongAdder());
  }

  void count(Answer answer) {
    switch (answer) {
      case Answer.Completed done -> {
        completed.increment();
        lacks(done.quality());
      }
      case Answer.Dropped(var reason, _, _, _) -> dropped.add(reason);
      case Answer.Failed(var code, _, _) -> failed.add(code);
    }
    var timings = answer.timings();
    if (timings != Timings.none()) {
      latency[LatencyGrid.cell(timings.total().toNanos())].increment();
    }
  }

  private void lacks(Quality quality) {
    quality.skipped().forEach(each -> skipped.add(each.reason()));
    if (!quality.degraded().isEmpty()) {
      degraded.increment();
    }
  }

  /**
   * What was counted so far.
   *
   * @param skipped steps that did not run in completed frames, by why
   * @param degraded completed frames of which a cheaper variant ran a step
   * @param latency of the frames that went in, by the cells of {@link LatencyGrid}
   */
  record Read(
      Lane lane,
      long completed,
      Map<String, Long> dropped,
      Map<String, Long> failed,
      Map<String, Long> skipped,
      long degraded,
      long[] latency) {}

  Read read(Lane lane) {
    return new Read(
        lane,
        completed.sum(),
        dropped.read(),
        failed.read(),
        skipped.read(),
        degraded.sum(),
        Arrays.stream(latency).mapToLong(LongAdder::sum).toArray());
  }
}
