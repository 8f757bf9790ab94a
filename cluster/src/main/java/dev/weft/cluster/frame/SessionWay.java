package dev.weft.cluster.frame;

import dev.weft.cluster.site.NodeId;
import dev.weft.cluster.site.SessionName;
import dev.weft.fabric.embedded.FrameWay;
import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.Request;
import dev.weft.fabric.pipeline.Timings;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorAllocator;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * Has the frames of a session run on the node where it lives, and all others here. Where that node
 * is not reached, or it cannot be told which it is, a frame runs here: it is answered, but the
 * session does not know of it. What may have run elsewhere is never run a second time.
 */
public final class SessionWay implements FrameWay {

  /** Attribute of a request that says which session it is of. */
  private static final String SESSION = "session";

  private static final String TENANT = "tenant";
  private static final String NOBODY = "nobody";

  /** A session may move once while a frame is on its way. */
  private static final int TRIES = 2;

  private final NodeId here;
  private final Places places;
  private final FrameLink link;
  private final TensorAllocator tensors;
  private final LongSupplier nanos;
  private final WayCounters counters;

  SessionWay(
      NodeId here,
      Places places,
      FrameLink link,
      TensorAllocator tensors,
      LongSupplier nanos,
      WayCounters counters) {
    this.here = here;
    this.places = places;
    this.link = link;
    this.tensors = tensors;
    this.nanos = nanos;
    this.counters = counters;
  }

  /**
   * A frame that is on its way.
   *
   * @param result what its caller waits for
   */
  private record Passage(
      Pipeline pipeline,
      Request request,
      String session,
      long begun,
      Duration patience,
      CompletableFuture<Answer> result) {

    Duration left(long now) {
      return patience.minusNanos(now - begun);
    }

    int lane() {
      return request.lane().orElse(pipeline.manifest().lane()).ordinal();
    }

    byte[] payload() {
      return FrameCodec.frame(pipeline.name(), session, request);
    }

    /** Has what the frame waits for be given up when its caller gives up. */
    <T> CompletableFuture<T> waitsFor(CompletableFuture<T> step) {
      result.whenComplete(
          (_, _) -> {
            if (result.isCancelled()) {
              step.cancel(true);
            }
          });
      return step;
    }

    void end(Answer answer) {
      request.inputs().values().forEach(Tensor::close);
      give(answer);
    }

    void give(Answer answer) {
      if (!result.complete(answer)) {
        answer.close();
      }
    }
  }

  @Override
  public CompletableFuture<Answer> submit(Pipeline pipeline, Request request) {
    var session = request.attributes().get(SESSION);
    if (session == null) {
      return pipeline.submitHere(request);
    }
    var name = SessionName.find(session, here.site());
    if (name.isEmpty()) {
      return pipeline.submitHere(request);
    }
    var place = places.of(name.get().toString(), tenant(request));
    // Where it is known that it lives here, nothing is made for the way.
    if (place.isDone() && isHere(place.join())) {
      counters.here();
      return pipeline.submitHere(request);
    }
    var passage =
        new Passage(
            pipeline,
            request,
            name.get().toString(),
            nanos.getAsLong(),
            request.deadline().orElse(pipeline.manifest().deadline()),
            new CompletableFuture<>());
    place.thenAccept(at -> send(passage, at, TRIES));
    return passage.result();
  }

  /** Whose a request is. */
  static String tenant(Request request) {
    return request.attributes().getOrDefault(TENANT, NOBODY);
  }

  private boolean isHere(Place place) {
    return place instanceof Place.At(var node, _) && node.equals(here.toString());
  }

  private void send(Passage passage, Place place, int tries) {
    switch (place) {
      case Place.Anywhere _ -> stay(passage, counters::here);
      case Place.Unknown _ -> stay(passage, counters::unreached);
      case Place.At _ when isHere(place) -> stay(passage, counters::here);
      case Place.At(var node, _) ->
          link.node(node)
              .ifPresentOrElse(
                  facts ->
                      passage
                          .waitsFor(
                              link.ask(
                                  facts,
                                  passage.lane(),
                                  passage.payload(),
                                  passage.left(nanos.getAsLong())))
                          .thenAccept(answer -> answered(passage, answer, tries)),
                  () -> stay(passage, counters::unreached));
    }
  }

  private void answered(Passage passage, dev.weft.link.exchange.Answer answer, int tries) {
    switch (answer) {
      case dev.weft.link.exchange.Answer.Done(var payload) -> done(passage, payload, tries);
      case dev.weft.link.exchange.Answer.Refused refused when !refused.mayHaveRun() -> {
        places.forget(passage.session());
        stay(passage, counters::unreached);
      }
      case dev.weft.link.exchange.Answer.Refused(var reason, _, var detail) -> {
        places.forget(passage.session());
        counters.lost();
        fail(
            passage,
            switch (reason) {
              case TIMED_OUT -> ErrorCode.DEADLINE_EXCEEDED;
              case CANCELLED -> ErrorCode.CANCELLED;
              default -> ErrorCode.UNAVAILABLE;
            },
            "session '%s': the node that has it did not answer, and may have run the frame: %s"
                .formatted(passage.session(), detail));
      }
    }
  }

  private void done(Passage passage, byte[] payload, int tries) {
    try {
      var answer = FrameCodec.answer(payload, tensors, nanos.getAsLong() - passage.begun());
      if (answer.isPresent()) {
        counters.away();
        passage.end(answer.get());
        return;
      }
    } catch (FrameCodec.FrameException e) {
      fail(passage, e.code(), String.valueOf(e.getMessage()));
      return;
    }
    places.forget(passage.session());
    if (tries > 1) {
      places
          .of(passage.session(), tenant(passage.request()))
          .thenAccept(at -> send(passage, at, tries - 1));
    } else {
      stay(passage, counters::unreached);
    }
  }

  private void fail(Passage passage, ErrorCode code, String why) {
    var timings = Timings.elsewhere(nanos.getAsLong() - passage.begun());
    passage.end(new Answer.Failed(code, why, timings));
  }

  private void stay(Passage passage, Runnable count) {
    count.run();
    var left = passage.left(nanos.getAsLong());
    var request = left.isPositive() ? passage.request().within(left) : passage.request();
    passage
        .waitsFor(passage.pipeline().submitHere(request))
        .whenComplete(
            (answer, problem) -> {
              if (answer != null) {
                passage.give(answer);
              } else if (problem != null) {
                passage.result().completeExceptionally(problem);
              }
            });
  }
}
