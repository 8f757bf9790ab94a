package dev.weft.app.running;

import java.time.Duration;
import java.util.Optional;

/**
 * An {@link Interrupt} that begins when there is something to stop and ends with what was opened
 * before that: so a process that is asked to end closes it first. For one thread.
 */
public final class LateInterrupt implements AutoCloseable {

  private Optional<Interrupt> begun = Optional.empty();

  /** Begins it, once; arguments as those of {@link Interrupt}. */
  public Interrupt begin(Runnable stop, Duration patience) {
    var interrupt = new Interrupt(stop, patience);
    begun = Optional.of(interrupt);
    return interrupt;
  }

  @Override
  public void close() {
    begun.ifPresent(Interrupt::close);
  }
}
