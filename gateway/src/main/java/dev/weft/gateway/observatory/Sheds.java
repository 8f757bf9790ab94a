package dev.weft.gateway.observatory;

import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.pipeline.DropReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Where frames are dropped now: it begins with the first, and ends when none was dropped for {@link
 * #QUIET}. Threadsafe; taking note of a drop never waits.
 */
final class Sheds {

  /** So long without a drop is its end. */
  static final Duration QUIET = Duration.ofSeconds(5);

  /** Where, and why; as many as there are pipelines, lanes and reasons. */
  record Place(String pipeline, Lane lane, DropReason reason) {}

  private static final class Shed {
    private final AtomicLong count = new AtomicLong();
    private volatile long firstMillis;
    private volatile long lastMillis;
    private boolean isTold;
  }

  /**
   * That frames began to be dropped somewhere, or that they have not been for a while.
   *
   * @param atMillis of the first or last drop, since 1970
   * @param count frames dropped from the beginning to the end; 0 at the beginning
   */
  record Change(Place place, boolean isBegun, long atMillis, long count) {}

  private final Map<Place, Shed> sheds = new ConcurrentHashMap<>();

  void dropped(Place place, long nowMillis) {
    var known = sheds.get(place);
    var shed = known == null ? sheds.computeIfAbsent(place, _ -> new Shed()) : known;
    if (shed.count.getAndIncrement() == 0) {
      shed.firstMillis = nowMillis;
    }
    shed.lastMillis = nowMillis;
  }

  /** What changed since it was asked last; asked by one thread at a time. */
  synchronized List<Change> changes(long nowMillis) {
    var changes = new ArrayList<Change>();
    sheds.forEach(
        (place, shed) -> {
          if (shed.count.get() == 0) {
            return;
          }
          if (!shed.isTold) {
            shed.isTold = true;
            changes.add(new Change(place, true, shed.firstMillis, 0));
          }
          if (nowMillis - shed.lastMillis >= QUIET.toMillis()) {
            shed.isTold = false;
            changes.add(new Change(place, false, shed.lastMillis, shed.count.getAndSet(0)));
          }
        });
    return changes;
  }
}
