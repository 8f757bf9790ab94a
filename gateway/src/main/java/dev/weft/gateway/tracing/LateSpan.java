package dev.weft.gateway.tracing;

import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.gateway.error.ErrorAnswer;
import java.util.Optional;
import java.util.function.Function;

/** A request of which is known whether it is traced once its model is. */
final class LateSpan implements RequestSpan {

  private final Function<Optional<String>, RequestSpan> begin;
  private Optional<RequestSpan> span = Optional.empty();

  /**
   * @param begin begins the span; of which model, if it is known
   */
  LateSpan(Function<Optional<String>, RequestSpan> begin) {
    this.begin = begin;
  }

  private RequestSpan begun(Optional<String> model) {
    if (span.isEmpty()) {
      span = Optional.of(begin.apply(model));
    }
    return span.get();
  }

  @Override
  public void model(String name) {
    begun(Optional.of(name)).model(name);
  }

  @Override
  public Optional<String> traceparent() {
    return span.flatMap(RequestSpan::traceparent);
  }

  @Override
  public void submitted(String pipeline, Lane lane, Optional<String> tenant) {
    begun(Optional.of(pipeline)).submitted(pipeline, lane, tenant);
  }

  @Override
  public void answered(Answer answer, Optional<String> frame) {
    begun(Optional.empty()).answered(answer, frame);
  }

  @Override
  public void refused(ErrorAnswer error) {
    begun(Optional.empty()).refused(error);
  }

  @Override
  public void delivered() {
    begun(Optional.empty()).delivered();
  }

  @Override
  public void close() {
    span.ifPresent(RequestSpan::close);
  }
}
