package dev.weft.link.exchange;

import java.util.concurrent.CompletionStage;

/** Answers requests of one kind. Called by any number of threads. */
@FunctionalInterface
public interface Handler {

  /**
   * Carries out a request. Does not block. What it throws, or completes with exceptionally, is
   * {@link Reason#FAILED} with its message.
   */
  CompletionStage<Answer> handle(Asked asked);
}
