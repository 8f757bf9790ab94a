package dev.weft.cluster.frame;

import dev.weft.cluster.site.NodeId;
import dev.weft.cluster.site.SessionName;
import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.pipeline.Request;
import dev.weft.link.exchange.Answer;
import dev.weft.link.exchange.Asked;
import dev.weft.link.exchange.Handler;
import dev.weft.link.exchange.Reason;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorAllocator;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiPredicate;
import java.util.function.Function;

/**
 * Runs frames that other nodes send here. One of a session runs only while the session lives here:
 * the sender is told otherwise, and nothing is run. None runs that may not be here. Threadsafe.
 */
final class FrameDesk implements Handler {

  private final NodeId here;
  private final BoundsBook bounds;
  private final BiPredicate<String, String> mayAsk;
  private final Places places;
  private final Function<String, Optional<Pipeline>> pipelines;
  private final TensorAllocator tensors;
  private final WayCounters counters;

  /**
   * @param mayAsk whether who sends a frame may have it run in a session
   * @param pipelines that are deployed here, by name
   */
  FrameDesk(
      NodeId here,
      BoundsBook bounds,
      BiPredicate<String, String> mayAsk,
      Places places,
      Function<String, Optional<Pipeline>> pipelines,
      TensorAllocator tensors,
      WayCounters counters) {
    this.here = here;
    this.bounds = bounds;
    this.mayAsk = mayAsk;
    this.places = places;
    this.pipelines = pipelines;
    this.tensors = tensors;
    this.counters = counters;
  }

  @Override
  public CompletionStage<Answer> handle(Asked asked) {
    FrameCodec.Incoming incoming;
    try {
      incoming = FrameCodec.frame(asked.payload(), tensors);
    } catch (FrameCodec.FrameException e) {
      return done(FrameCodec.failure(e.code(), String.valueOf(e.getMessage())));
    }
    var other = otherSession(incoming);
    if (other.isPresent()) {
      counters.refused();
      close(incoming);
      return done(FrameCodec.failure(ErrorCode.FAILED_PRECONDITION, other.get()));
    }
    if (!incoming.session().isEmpty() && !mayAsk.test(asked.peer(), incoming.session())) {
      counters.refused();
      close(incoming);
      return done(
          FrameCodec.failure(
              ErrorCode.FAILED_PRECONDITION,
              "session '%s': asked by '%s' (expected: one whose home is its site, or '%s')"
                  .formatted(incoming.session(), asked.peer(), here.site())));
    }
    return incoming.session().isEmpty()
        ? run(asked, incoming, "")
        : Places.within(
                places.of(incoming.session(), BoundsBook.tenant(incoming.request())),
                asked.timeLeft().dividedBy(2))
            .thenCompose(
                place ->
                    isHere(place)
                        ? run(asked, incoming, place instanceof Place.At at ? at.tenant() : "")
                        : elsewhere(incoming));
  }

  /**
   * Why a frame is not of the session that it was sent for: it says itself that it is of another
   * one, by which it would run. Empty if it does not. A name without a site is of the sender's,
   * which is then the home of the session.
   */
  private Optional<String> otherSession(FrameCodec.Incoming incoming) {
    var said = incoming.request().attributes().get(SessionWay.SESSION);
    if (said == null) {
      return Optional.empty();
    }
    var sent = SessionName.find(incoming.session(), here.site());
    var named = SessionName.find(said, sent.map(SessionName::home).orElse(here.site()));
    return named.isEmpty() || named.equals(sent)
        ? Optional.empty()
        : Optional.of(
            "session '%s': sent for session '%s' (expected: for that)"
                .formatted(said, incoming.session()));
  }

  private boolean isHere(Place place) {
    return switch (place) {
      case Place.At(var node, _, _) -> node.equals(here.toString());
      case Place.Anywhere _ -> true;
      case Place.Unknown _ -> false;
    };
  }

  private CompletionStage<Answer> elsewhere(FrameCodec.Incoming incoming) {
    places.forget(incoming.session());
    close(incoming);
    return done(FrameCodec.elsewhere());
  }

  /**
   * @param tenant whose the session is; empty if there is none
   */
  private CompletionStage<Answer> run(Asked asked, FrameCodec.Incoming incoming, String tenant) {
    var pipeline = pipelines.apply(incoming.pipeline());
    var left = asked.timeLeft();
    if (pipeline.isEmpty() || !left.isPositive()) {
      close(incoming);
      // Not an answer to the frame: whoever sent it may have it run elsewhere.
      return CompletableFuture.completedFuture(
          pipeline.isEmpty()
              ? Answer.Refused.before(
                  Reason.UNKNOWN_KIND,
                  "pipeline '%s': not deployed on node %s".formatted(incoming.pipeline(), here))
              : Answer.Refused.before(Reason.TIMED_OUT, "the frame's time was over when it came"));
    }
    var refusal = refusal(pipeline.get(), incoming.request(), tenant);
    if (refusal.isPresent()) {
      counters.refused();
      close(incoming);
      return done(refusal.get());
    }
    counters.taken();
    var answer = pipeline.get().submitHere(incoming.request().within(left));
    asked.whenGivenUp(() -> answer.cancel(true));
    return answer
        .thenApply(each -> FrameCodec.answer(each, incoming.answerPacking()))
        .exceptionally(problem -> FrameCodec.failure(ErrorCode.CANCELLED, String.valueOf(problem)))
        .thenApply(Answer.Done::new);
  }

  /** By the manifests of this node: those of the sender may be older. Empty if it may be here. */
  private Optional<byte[]> refusal(Pipeline pipeline, Request request, String tenant) {
    try {
      var where = bounds.alsoOf(bounds.of(pipeline, request), tenant);
      return bounds.admitForeign(where)
          ? Optional.empty()
          : Optional.of(FrameCodec.failure(ErrorCode.FAILED_PRECONDITION, bounds.refusal(where)));
    } catch (IllegalArgumentException e) {
      return Optional.of(
          FrameCodec.failure(ErrorCode.INVALID_INPUT, String.valueOf(e.getMessage())));
    }
  }

  private static void close(FrameCodec.Incoming incoming) {
    incoming.request().inputs().values().forEach(Tensor::close);
  }

  private static CompletionStage<Answer> done(byte[] payload) {
    return CompletableFuture.completedFuture(new Answer.Done(payload));
  }
}
