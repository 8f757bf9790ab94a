package dev.weft.supervisor.analysis;

import dev.weft.fabric.pipeline.TrialEvent.FrameName;
import dev.weft.stages.tensor.Tensor;
import dev.weft.supervisor.comparison.Comparison;
import dev.weft.supervisor.comparison.ComparisonSettings;
import dev.weft.supervisor.comparison.Fault;
import dev.weft.supervisor.comparison.FrameReference;
import dev.weft.supervisor.comparison.StepComparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * Frames compared by several threads side by side, each in a place that no other is at. There are
 * as many places as threads were ever at it at once, up to a bound; only beyond it does one wait
 * for another's comparison. Threadsafe.
 */
final class ComparisonBook {

  /** Each has memory for an output's elements. */
  static final int PLACES_MAX = 16;

  private final List<Place> places = new CopyOnWriteArrayList<>();
  private final List<String> outputs;
  private final ComparisonSettings settings;
  private final long epoch;

  /** A comparator and who is at it. */
  private static final class Place {
    private final ReentrantLock lock = new ReentrantLock();
    private StepComparator comparator;

    private Place(StepComparator comparator) {
      this.comparator = comparator;
    }
  }

  /**
   * @param outputs names, in the order of the step's signature
   * @param epoch in which frames are numbered
   */
  ComparisonBook(List<String> outputs, ComparisonSettings settings, long epoch) {
    this.outputs = List.copyOf(outputs);
    this.settings = settings;
    this.epoch = epoch;
    places.add(new Place(empty()));
  }

  /** Whether the second one's outputs are free of faults. */
  boolean compare(FrameName frame, List<Tensor> first, List<Tensor> second) {
    return compare(reference(frame), first, second);
  }

  /** The same of a frame that a trace knows. */
  boolean compare(FrameReference frame, List<Tensor> first, List<Tensor> second) {
    return atAny(held -> held.comparator.compare(frame, first, second));
  }

  /** Takes note of a fault that shows in no output. */
  void fault(Fault.Kind kind, FrameReference frame, String what) {
    atAny(
        held -> {
          held.comparator.fault(new Fault(kind, "", frame, what));
          return held;
        });
  }

  /** What the frames so far came to. */
  Comparison comparison() {
    var all = Comparison.NONE;
    for (var place : places) {
      all = all.plus(at(place, held -> held.comparator.comparison()));
    }
    return all;
  }

  /**
   * What the frames so far came to, which are forgotten: each frame and each fault is in what was
   * taken at one time only, and none is in between.
   */
  Comparison take() {
    var all = Comparison.NONE;
    for (var place : places) {
      all = all.plus(at(place, this::taken));
    }
    return all;
  }

  /** As a trace knows it. */
  FrameReference reference(FrameName frame) {
    return new FrameReference(frame.session(), epoch, frame.number());
  }

  private Comparison taken(Place held) {
    var comparison = held.comparator.comparison();
    held.comparator = empty();
    return comparison;
  }

  private static <T> T at(Place place, Function<Place, T> work) {
    place.lock.lock();
    return release(place, work);
  }

  private <T> T atAny(Function<Place, T> work) {
    return release(locked(), work);
  }

  private static <T> T release(Place held, Function<Place, T> work) {
    try {
      return work.apply(held);
    } finally {
      held.lock.unlock();
    }
  }

  /** A place that is this thread's until it unlocks it. */
  private Place locked() {
    for (var place : places) {
      if (place.lock.tryLock()) {
        return place;
      }
    }
    return added().orElseGet(this::awaited);
  }

  private synchronized Optional<Place> added() {
    if (places.size() == PLACES_MAX) {
      return Optional.empty();
    }
    var place = new Place(empty());
    place.lock.lock();
    places.add(place);
    return Optional.of(place);
  }

  private Place awaited() {
    var place = places.get((int) (Thread.currentThread().threadId() % PLACES_MAX));
    place.lock.lock();
    return place;
  }

  private StepComparator empty() {
    return new StepComparator(outputs, settings);
  }
}
