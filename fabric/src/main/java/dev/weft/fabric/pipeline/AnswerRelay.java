package dev.weft.fabric.pipeline;

import dev.weft.fabric.manifest.Lane;

/** Hands the answers of all pipelines of a node to whoever observes them now. Threadsafe. */
public final class AnswerRelay implements AnswerObserver {

  private volatile AnswerObserver observer = NONE;

  /** Tells {@code next} of the answers from now on, in place of the observer before. */
  public void tell(AnswerObserver next) {
    observer = next;
  }

  @Override
  public void answered(String pipeline, Lane lane, String tenant, Answer answer) {
    observer.answered(pipeline, lane, tenant, answer);
  }
}
