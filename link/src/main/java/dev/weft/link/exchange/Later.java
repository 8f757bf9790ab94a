package dev.weft.link.exchange;

import java.util.concurrent.atomic.AtomicBoolean;

/** Something that is done once, later; when it is asked for again meanwhile, it stays at that. */
final class Later {

  private final LinkThreads threads;
  private final Runnable effect;
  private final AtomicBoolean isDue = new AtomicBoolean();

  Later(LinkThreads threads, Runnable effect) {
    this.threads = threads;
    this.effect = effect;
  }

  void after(long nanos) {
    if (isDue.compareAndSet(false, true)) {
      var _ =
          threads.after(
              nanos,
              () -> {
                isDue.set(false);
                effect.run();
              });
    }
  }
}
