package dev.weft.supervisor.comparison;

import java.util.Comparator;

/**
 * A frame in which an output differs much.
 *
 * @param metric that says most of an output of its kind
 * @param value of it
 */
public record WorstFrame(FrameReference frame, String tensor, Metric metric, double value) {

  /** Worse ones first; of equally bad ones the earlier. */
  static final Comparator<WorstFrame> ORDER =
      Comparator.comparingDouble(WorstFrame::value)
          .reversed()
          .thenComparing(WorstFrame::frame)
          .thenComparing(WorstFrame::tensor);

  /** For example {@code visit-7/2/1041: js 0.41 of 'scores'}. */
  @Override
  public String toString() {
    return "%s: %s %.3g of '%s'".formatted(frame, metric.word(), value, tensor);
  }
}
