package dev.weft.fabric.profile;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How long runs of one variant take on this node, by batch size, learned from its last few hundred
 * runs. Threadsafe; reading takes no lock.
 *
 * <p>Cold start: until {@link #RUNS_MIN} runs were seen, what the stage's manifest promises ({@code
 * budget.p95}) stands in; a stage that promises nothing counts as taking no time, so that it is
 * tried rather than refused on a guess.
 */
public final class ServiceProfile {

  /** Runs after which what was seen counts, and what was promised does not. */
  public static final int RUNS_MIN = 8;

  /** Runs in a row far off what is known after which it is forgotten. */
  private static final int REGIME_RUNS = 4;

  private static final int SIZES = 11;
  private static final int PUBLISH_EVERY = 8;

  private final ServiceTime promised;
  private final @Nullable RecentQuantiles[] runsBySize = new RecentQuantiles[SIZES];
  private RecentQuantiles frames = new RecentQuantiles();
  private final long[] p95BySize = new long[SIZES];
  private volatile ServiceTime frame;
  private volatile long[] runP95;
  private int sincePublished;
  private int outside;
  private int unpublished;

  /**
   * @param promisedP95Nanos what the manifest says one run takes
   */
  public ServiceProfile(Optional<Long> promisedP95Nanos) {
    this.promised =
        promisedP95Nanos.map(nanos -> new ServiceTime(nanos, nanos)).orElse(ServiceTime.NONE);
    this.frame = promised;
    this.runP95 = new long[SIZES];
  }

  /** Takes note of a run of {@code batchSize} frames together. */
  public synchronized void ran(int batchSize, long nanos) {
    var size = sizeClass(batchSize);
    var runs = runsBySize[size];
    if (runs == null) {
      runs = new RecentQuantiles();
      runsBySize[size] = runs;
    }
    if (isNewRegime(nanos / batchSize)) {
      runs = new RecentQuantiles();
      runsBySize[size] = runs;
      frames = new RecentQuantiles();
      begin(runs, batchSize, nanos);
    }
    runs.add(nanos);
    frames.add(nanos / batchSize);
    unpublished |= 1 << size;
    if (++sincePublished >= PUBLISH_EVERY) {
      sincePublished = 0;
      publish();
    }
  }

  /** Lets the run that begins a regime stand for as many as must be seen, and publishes it. */
  private void begin(RecentQuantiles runs, int batchSize, long nanos) {
    for (var run = 0; run < RUNS_MIN; run++) {
      runs.add(nanos);
      frames.add(nanos / batchSize);
    }
    unpublished |= 1 << sizeClass(batchSize);
    sincePublished = 0;
    publish();
  }

  /**
   * Whether runs have been less than half or more than twice what is known for so long that what is
   * known is forgotten: a slow spell must not be held against a stage for hundreds of runs.
   */
  private boolean isNewRegime(long frameNanos) {
    var known = frame.meanNanos();
    var isOutside = frameNanos < known / 2 || frameNanos / 2 > known;
    outside = isOutside && frames.count() >= RUNS_MIN ? outside + 1 : 0;
    if (outside < REGIME_RUNS) {
      return false;
    }
    outside = 0;
    return true;
  }

  /** What one frame takes here, its share of the runs it is in. */
  public ServiceTime frame() {
    return frame;
  }

  /**
   * What 95 of 100 runs of {@code batchSize} frames stay under; from the nearest smaller size that
   * was seen, in proportion, if this size was not.
   */
  public long runP95Nanos(int batchSize) {
    var seen = runP95;
    for (var size = sizeClass(batchSize); size >= 0; size--) {
      if (seen[size] > 0) {
        return seen[size] * Math.max(1, batchSize >> size);
      }
    }
    return promised.p95Nanos() * batchSize;
  }

  private void publish() {
    for (var size = 0; size < SIZES; size++) {
      var runs = runsBySize[size];
      if (runs != null && (unpublished & 1 << size) != 0) {
        p95BySize[size] = runs.quantile(0.95);
      }
    }
    unpublished = 0;
    runP95 = Arrays.copyOf(p95BySize, SIZES);
    if (frames.count() >= RUNS_MIN) {
      frame = new ServiceTime(frames.mean(), frames.quantile(0.95));
    }
  }

  /** 0 for 1, 1 for 2 and 3, 2 for 4 to 7, and so on. */
  private static int sizeClass(int batchSize) {
    return Math.min(SIZES - 1, Integer.SIZE - 1 - Integer.numberOfLeadingZeros(batchSize));
  }
}
