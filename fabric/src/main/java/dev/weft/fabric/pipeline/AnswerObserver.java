package dev.weft.fabric.pipeline;

import dev.weft.fabric.manifest.Lane;

/**
 * Is told of every answer that a pipeline's callers get, once and before they see it, on the thread
 * that answers: it waits for nothing, and does not close the answer. What it throws is logged.
 *
 * <p>What runs later or in the shadow has no caller and is not told; {@link PipelineCounters}
 * counts it.
 */
@FunctionalInterface
public interface AnswerObserver {

  /**
   * @param tenant empty if the request named none
   */
  void answered(String pipeline, Lane lane, String tenant, Answer answer);
}
