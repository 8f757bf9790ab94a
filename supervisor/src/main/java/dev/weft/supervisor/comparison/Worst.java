package dev.weft.supervisor.comparison;

import java.util.ArrayList;
import java.util.List;

/** The frames of one output that differ most; at most {@link ComparisonSettings#WORST_MAX}. */
final class Worst {

  private final List<WorstFrame> frames = new ArrayList<>();

  /** Keeps {@code value} of a frame if it is among the largest; a zero never is. */
  void offer(FrameReference frame, String tensor, Metric metric, double value) {
    var isFull = frames.size() == ComparisonSettings.WORST_MAX;
    if (value <= 0 || isFull && value <= frames.getLast().value()) {
      return;
    }
    if (isFull) {
      frames.removeLast();
    }
    var at = frames.size();
    while (at > 0 && frames.get(at - 1).value() < value) {
      at--;
    }
    frames.add(at, new WorstFrame(frame, tensor, metric, value));
  }

  /** Worst first. */
  List<WorstFrame> frames() {
    return List.copyOf(frames);
  }

  /** The worst of both. */
  static List<WorstFrame> of(List<WorstFrame> one, List<WorstFrame> other) {
    var all = new ArrayList<>(one);
    all.addAll(other);
    all.sort(WorstFrame.ORDER);
    return List.copyOf(all.subList(0, Math.min(ComparisonSettings.WORST_MAX, all.size())));
  }
}
