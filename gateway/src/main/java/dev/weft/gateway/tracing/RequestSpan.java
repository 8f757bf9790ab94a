package dev.weft.gateway.tracing;

import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.gateway.error.ErrorAnswer;
import java.util.Optional;

/**
 * One request as its trace will show it: begun with {@link Tracing#begin}, told what becomes of it,
 * and ended by {@link #close}, which makes the spans. One that is not traced is told the same and
 * does nothing. One thread at a time.
 */
public interface RequestSpan extends AutoCloseable {

  /** Of a request that is not traced. */
  static RequestSpan none() {
    return NoSpan.INSTANCE;
  }

  /** Says of which model it is, where that was not known as it began; before all others. */
  default void model(String name) {}

  /** Where the caller finds it, as the header of this name; empty if it is not traced. */
  Optional<String> traceparent();

  /**
   * Says that its frame is about to be submitted: times of the frame count from now.
   *
   * @param tenant empty if it is nobody's
   */
  void submitted(String pipeline, Lane lane, Optional<String> tenant);

  /**
   * Says what became of the frame; the answer stays the caller's.
   *
   * @param frame by which it is explained, if it went in
   */
  void answered(Answer answer, Optional<String> frame);

  /** Says that this is told instead of an answer. */
  void refused(ErrorAnswer error);

  /** Says that the answer went out. */
  void delivered();

  /** Ends it; more than once changes nothing. */
  @Override
  void close();
}
