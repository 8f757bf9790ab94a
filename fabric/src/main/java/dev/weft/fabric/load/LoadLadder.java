package dev.weft.fabric.load;

import java.util.ArrayList;
import java.util.Locale;
import java.util.Optional;

/**
 * Decides the level from one sample after the other.
 *
 * <p>Up at once, to whatever level two samples in a row call for. Down only when for a whole dwell
 * no two samples in a row held the present level, and then to the worst that they did hold. A rise
 * soon after a fall doubles the dwell up to a bound, so the level cannot swing often, whatever the
 * samples say.
 *
 * <p>No clock: times come with the samples. One thread at a time.
 */
public final class LoadLadder {

  /** A change of level, and why, as a sentence with numbers and limits. */
  public record Move(LoadLevel from, LoadLevel to, String why) {}

  private final LoadSettings settings;
  private LoadLevel level = LoadLevel.NORMAL;
  private LoadLevel risingBefore = LoadLevel.NORMAL;
  private LoadLevel holdingBefore = LoadLevel.NORMAL;
  private LoadLevel worstHeld = LoadLevel.NORMAL;
  private boolean hasSampled;
  private long sampledNanos;
  private long calmSinceNanos;
  private boolean isClimbing;
  private boolean hasFallen;
  private long fellNanos;
  private long dwellNanos;

  public LoadLadder(LoadSettings settings) {
    this.settings = settings;
    this.dwellNanos = settings.dwell().toNanos();
  }

  public LoadLevel level() {
    return level;
  }

  /**
   * Takes the next sample in.
   *
   * @param nanos when it was taken; if it lies before the last one or a dwell or more after it, the
   *     clock or the machine stood still, and what was before proves nothing
   */
  public Optional<Move> next(LoadSample sample, long nanos) {
    resumeAt(nanos);
    var rising = LoadLevel.NORMAL;
    var holding = LoadLevel.NORMAL;
    for (var signal : Signal.values()) {
      var up = signal.rising(sample, settings);
      if (up.isPresent()) {
        rising = LoadLevel.worse(rising, signal.rungs(settings).reached(up.getAsDouble()));
      }
      var keep = signal.holding(sample, settings);
      if (keep.isPresent()) {
        holding = LoadLevel.worse(holding, signal.rungs(settings).held(keep.getAsDouble()));
      }
    }
    var called = LoadLevel.calmer(rising, risingBefore);
    var held = LoadLevel.calmer(holding, holdingBefore);
    risingBefore = rising;
    holdingBefore = holding;
    if (called.isAbove(level)) {
      return Optional.of(rise(called, sample, nanos));
    }
    if (!level.isAbove(held)) {
      calm(nanos);
      return Optional.empty();
    }
    worstHeld = LoadLevel.worse(worstHeld, held);
    return nanos - calmSinceNanos < dwellNanos
        ? Optional.empty()
        : Optional.of(fall(sample, nanos));
  }

  private void resumeAt(long nanos) {
    var gap = nanos - sampledNanos;
    if (!hasSampled || gap < 0 || gap >= settings.dwell().toNanos()) {
      risingBefore = LoadLevel.NORMAL;
      holdingBefore = level;
      calm(nanos);
    }
    if (hasFallen && nanos < fellNanos) {
      fellNanos = nanos;
    }
    hasSampled = true;
    sampledNanos = nanos;
  }

  private Move rise(LoadLevel to, LoadSample sample, long nanos) {
    if (!isClimbing) {
      var isRelapse = hasFallen && nanos - fellNanos < settings.relapseWithin().toNanos();
      dwellNanos =
          isRelapse
              ? Math.min(2 * dwellNanos, settings.dwellMax().toNanos())
              : settings.dwell().toNanos();
    }
    isClimbing = true;
    calm(nanos);
    var move = new Move(level, to, reasons(to, sample));
    level = to;
    return move;
  }

  private Move fall(LoadSample sample, long nanos) {
    hasFallen = true;
    isClimbing = false;
    fellNanos = nanos;
    var move = new Move(level, worstHeld, calmReasons(sample));
    level = worstHeld;
    calm(nanos);
    return move;
  }

  /** Says that calm is counted from {@code nanos} on. */
  private void calm(long nanos) {
    calmSinceNanos = nanos;
    worstHeld = LoadLevel.NORMAL;
  }

  /** What calls for {@code to}, in the order of {@link Signal}. */
  private String reasons(LoadLevel to, LoadSample sample) {
    var reasons = new ArrayList<String>();
    for (var signal : Signal.values()) {
      var rungs = signal.rungs(settings);
      var value = signal.rising(sample, settings);
      if (value.isPresent() && !to.isAbove(rungs.reached(value.getAsDouble()))) {
        reasons.add(signal.say(sample, value.getAsDouble(), rungs.limit(to)));
      }
    }
    return String.join("; ", reasons);
  }

  private String calmReasons(LoadSample sample) {
    var reasons = new ArrayList<String>();
    for (var signal : Signal.values()) {
      var rungs = signal.rungs(settings);
      var value = signal.holding(sample, settings);
      if (value.isPresent()) {
        var limit = rungs.limit(level) * rungs.release();
        reasons.add(signal.say(sample, value.getAsDouble(), limit));
      }
    }
    var now = reasons.isEmpty() ? "nothing can be measured" : String.join("; ", reasons);
    return String.format(Locale.ROOT, "calm for %.1f s; now %s", dwellNanos / 1e9, now);
  }
}
