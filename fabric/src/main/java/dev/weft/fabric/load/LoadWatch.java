package dev.weft.fabric.load;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Executor;

/**
 * Looks at the machine, moves the ladder, and shows both on the gauge. One thread at a time.
 *
 * <p>A watch that takes over from one that failed begins at {@link LoadLevel#NORMAL}.
 */
public final class LoadWatch {

  /** Looks at the machine. */
  public interface Sensor {

    /**
     * @param timerLagMillis to be part of the sample
     */
    LoadSample sample(long nanos, OptionalDouble timerLagMillis);
  }

  private final Sensor sensor;
  private final LoadLadder ladder;
  private final LoadGauge gauge;
  private final Executor listening;
  private final Duration interval;
  private boolean hasLooked;
  private long lookedNanos;

  /**
   * @param listening calls those who listen to the gauge
   */
  public LoadWatch(Sensor sensor, LoadSettings settings, LoadGauge gauge, Executor listening) {
    this.sensor = sensor;
    this.ladder = new LoadLadder(settings);
    this.gauge = gauge;
    this.listening = listening;
    this.interval = settings.sampleInterval();
  }

  /**
   * Takes one sample; returns the change of level that followed from it.
   *
   * @param nanos monotonic time; one interval is to have passed since the last look
   * @param at the same moment for people
   */
  public Optional<LoadEvent.LevelChanged> look(long nanos, Instant at) {
    var sample = sensor.sample(nanos, lag(nanos));
    hasLooked = true;
    lookedNanos = nanos;
    var present = gauge.level();
    if (present != ladder.level()) {
      return change(
          new LoadLadder.Move(present, ladder.level(), "the watch began anew"), sample, at);
    }
    var move = ladder.next(sample, nanos);
    if (move.isEmpty()) {
      gauge.show(sample);
      return Optional.empty();
    }
    return change(move.get(), sample, at);
  }

  private Optional<LoadEvent.LevelChanged> change(
      LoadLadder.Move move, LoadSample sample, Instant at) {
    var change = new LoadEvent.LevelChanged(move.from(), move.to(), move.why(), at);
    gauge.show(sample, change, listening);
    return Optional.of(change);
  }

  private OptionalDouble lag(long nanos) {
    var late = nanos - lookedNanos - interval.toNanos();
    return hasLooked ? OptionalDouble.of(Math.max(0, late) / 1e6) : OptionalDouble.empty();
  }
}
