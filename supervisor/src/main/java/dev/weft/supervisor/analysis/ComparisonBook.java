package dev.weft.supervisor.analysis;

import dev.weft.fabric.pipeline.TrialEvent.FrameName;
import dev.weft.stages.tensor.Tensor;
import dev.weft.supervisor.comparison.Comparison;
import dev.weft.supervisor.comparison.ComparisonSettings;
import dev.weft.supervisor.comparison.Fault;
import dev.weft.supervisor.comparison.FrameReference;
import dev.weft.supervisor.comparison.StepComparator;
import java.util.ArrayList;
import java.util.List;

/**
 * Frames compared by several threads side by side, each in a place that seldom another one is at,
 * so that no inference loop waits for another's comparison. Threadsafe.
 */
final class ComparisonBook {

  private static final int PLACES = 4;

  private final List<StepComparator> places = new ArrayList<>();
  private final long epoch;

  /**
   * @param outputs names, in the order of the step's signature
   * @param epoch in which frames are numbered
   */
  ComparisonBook(List<String> outputs, ComparisonSettings settings, long epoch) {
    this.epoch = epoch;
    for (var i = 0; i < PLACES; i++) {
      places.add(new StepComparator(outputs, settings));
    }
  }

  /** Whether the second one's outputs are free of faults. */
  boolean compare(FrameName frame, List<Tensor> first, List<Tensor> second) {
    return compare(reference(frame), first, second);
  }

  /** The same of a frame that a trace knows. */
  boolean compare(FrameReference frame, List<Tensor> first, List<Tensor> second) {
    var place = places.get((int) (Thread.currentThread().threadId() % PLACES));
    synchronized (place) {
      return place.compare(frame, first, second);
    }
  }

  /** Takes note of a fault that shows in no output. */
  void fault(Fault.Kind kind, FrameReference frame, String what) {
    var place = places.getFirst();
    synchronized (place) {
      place.fault(new Fault(kind, "", frame, what));
    }
  }

  /** What the frames so far came to. */
  Comparison comparison() {
    var all = Comparison.NONE;
    for (var place : places) {
      synchronized (place) {
        all = all.plus(place.comparison());
      }
    }
    return all;
  }

  /** As a trace knows it. */
  FrameReference reference(FrameName frame) {
    return new FrameReference(frame.session(), epoch, frame.number());
  }
}
