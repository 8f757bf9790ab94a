package dev.weft.link.exchange;

import java.util.concurrent.CompletionStage;

/** Answers requests of one kind. Called by any number of threads. */
@FunctionalInterface
public interface Handler {

  /**
   * Carries out a request. Those of one sender and lane are called one after another, in the order
   * in which they arrived whole: one that blocks keeps those behind it waiting, and nothing else.
   * What it throws, or completes with exceptionally, is {@link Reason#FAILED} with its message.
   */
  CompletionStage<Answer> handle(Asked asked);
}
