package dev.weft.fabric.load;

import dev.weft.fabric.manifest.Lane;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Where everyone reads the present level. Threadsafe; reading takes one volatile read and no lock.
 *
 * <p>Written by one watch at a time; others may add events.
 */
public final class LoadGauge {

  private volatile LoadLevel level = LoadLevel.NORMAL;
  private volatile LoadState state = LoadState.unknown();
  private final List<Runnable> wakers = new CopyOnWriteArrayList<>();
  private final LoadListeners listeners = new LoadListeners();

  public LoadLevel level() {
    return level;
  }

  /** Whether frames of {@code lane} are to wait now. */
  public boolean isPaused(Lane lane) {
    return level.pauses(lane);
  }

  /** The lanes that are to wait now, as bits: bit {@code lane.ordinal()} is set for one that is. */
  public int pausedMask() {
    return level.pausedMask();
  }

  /** The level with the last sample and the last events. */
  public LoadState state() {
    return state;
  }

  /**
   * Calls {@code waker} whenever other lanes are to wait than before, so that a scheduler that
   * sleeps on paused work learns that it may go on. Called on the watch's thread after the new
   * level can be read: a waker must end within microseconds and not throw.
   */
  public void wakeOnChange(Runnable waker) {
    wakers.add(waker);
  }

  /**
   * Tells {@code listener} every event from now on; see {@link LoadListeners}.
   *
   * @throws IllegalStateException if there are too many listeners
   */
  public LoadListeners.Subscription listen(Consumer<LoadEvent> listener) {
    return listeners.add(listener);
  }

  /** Adds what happened elsewhere, and has {@code executor} tell whoever listens. */
  public void tell(LoadEvent event, Executor executor) {
    add(event);
    listeners.tell(event, executor);
  }

  private synchronized void add(LoadEvent event) {
    state = new LoadState(state.level(), state.sample(), with(event));
  }

  private List<LoadEvent> with(LoadEvent event) {
    var events = new ArrayList<>(state.events());
    if (events.size() == LoadState.EVENTS_MAX) {
      events.removeFirst();
    }
    events.add(event);
    return events;
  }

  synchronized void show(LoadSample sample) {
    var before = state;
    state = new LoadState(before.level(), sample, before.events());
  }

  void show(LoadSample sample, LoadEvent.LevelChanged change, Executor executor) {
    synchronized (this) {
      state = new LoadState(change.to(), sample, with(change));
      level = change.to();
    }
    if (change.from().pausedMask() != change.to().pausedMask()) {
      wakers.forEach(Runnable::run);
    }
    listeners.tell(change, executor);
  }
}
