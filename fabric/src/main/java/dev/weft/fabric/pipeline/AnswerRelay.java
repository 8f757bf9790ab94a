package dev.weft.fabric.pipeline;

import dev.weft.fabric.manifest.Lane;
import java.util.Arrays;

/** Hands the answers of all pipelines of a node to those who observe them now. Threadsafe. */
public final class AnswerRelay implements AnswerObserver {

  /** Each answer pays for each observer, so there are few. */
  public static final int OBSERVERS_MAX = 8;

  private volatile AnswerObserver[] observers = {};

  /** The time for which one observer is told. */
  @FunctionalInterface
  public interface Observing extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Tells {@code next} of the answers from now on, beside those who are told already.
   *
   * @return closes to end it
   * @throws IllegalStateException if there are {@value #OBSERVERS_MAX} observers
   */
  public synchronized Observing tell(AnswerObserver next) {
    if (observers.length == OBSERVERS_MAX) {
      throw new IllegalStateException(
          "observers of answers: %d (expected: < %d)".formatted(observers.length, OBSERVERS_MAX));
    }
    var more = Arrays.copyOf(observers, observers.length + 1);
    more[observers.length] = next;
    observers = more;
    return () -> end(next);
  }

  private synchronized void end(AnswerObserver observer) {
    observers =
        Arrays.stream(observers).filter(each -> each != observer).toArray(AnswerObserver[]::new);
  }

  @Override
  public void answered(String pipeline, Lane lane, String tenant, Answer answer) {
    for (var observer : observers) {
      Foreign.call(
          "an observer of answers", () -> observer.answered(pipeline, lane, tenant, answer));
    }
  }
}
