package dev.weft.bench.load;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A call whose end is awaited; the first end counts. Threadsafe. */
final class PendingCall implements Consumer<Outcome> {

  private final Call call;
  private final StreamRecorder recorder;
  private final AtomicBoolean ended = new AtomicBoolean();
  private @Nullable Runnable giveUp;

  PendingCall(Call call, StreamRecorder recorder) {
    this.call = call;
    this.recorder = recorder;
  }

  void start(Target target) {
    recorder.offered(call);
    giveUp = target.submit(call, this);
  }

  boolean isEnded() {
    return ended.get();
  }

  /** When the caller gives up; the far future for one who waits. */
  long giveUpNanos() {
    return call.terms()
        .patience()
        .map(wait -> call.scheduledNanos() + wait.toNanos())
        .orElse(Long.MAX_VALUE);
  }

  @Override
  public void accept(Outcome outcome) {
    if (ended.compareAndSet(false, true)) {
      recorder.ended(call, outcome, System.nanoTime());
    }
  }

  /** Called by the thread that started the call. */
  void giveUp() {
    if (!ended.get()) {
      accept(Outcome.CANCELLED);
      if (giveUp != null) {
        giveUp.run();
      }
    }
  }
}
