package dev.weft.gateway.tracing;

import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.gateway.error.ErrorAnswer;
import java.util.Optional;

/** Stands for the span of a request that is not traced. */
enum NoSpan implements RequestSpan {
  INSTANCE;

  @Override
  public Optional<String> traceparent() {
    return Optional.empty();
  }

  @Override
  public void submitted(String pipeline, Lane lane, Optional<String> tenant) {}

  @Override
  public void answered(Answer answer, Optional<String> frame) {}

  @Override
  public void refused(ErrorAnswer error) {}

  @Override
  public void delivered() {}

  @Override
  public void close() {}
}
