package dev.weft.cluster.frame;

import dev.weft.cluster.route.FrameNeeds;
import dev.weft.cluster.route.OverflowBook;
import dev.weft.cluster.route.Route;
import dev.weft.cluster.route.RouteDecision;
import dev.weft.cluster.route.RouteReason;
import dev.weft.fabric.earlier.Earlier;
import dev.weft.fabric.embedded.FrameWay;
import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.DropReason;
import dev.weft.fabric.pipeline.Request;
import dev.weft.fabric.pipeline.Timings;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.tensor.TensorAllocator;
import dev.weft.stages.tensor.TensorMemoryException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Has frames of no session run on this node while it is expected to be in time and they may be
 * here, and elsewhere as the rule of routes says. Frames of sessions go the way of sessions. What
 * may have run elsewhere is never run a second time. Threadsafe.
 */
final class RoutedWay implements FrameWay {

  /** Most nodes that are asked for one frame. */
  private static final int ASKED_MAX = 3;

  private final FrameWay sessions;
  private final BoundsBook bounds;
  private final OverflowBook overflows;
  private final double enterShare;
  private final Forecast forecast;
  private final Neighbours neighbours;
  private final TensorAllocator tensors;
  private final LongSupplier nanos;
  private final WayCounters counters;
  private final Probes probes = new Probes();

  /**
   * @param enterShare share of the time a frame has that an answer here may take before anything
   *     else is looked at; that of the rule in {@code overflows}
   */
  RoutedWay(
      FrameWay sessions,
      BoundsBook bounds,
      OverflowBook overflows,
      double enterShare,
      Neighbours neighbours,
      TensorAllocator tensors,
      LongSupplier nanos,
      WayCounters counters) {
    this.sessions = sessions;
    this.bounds = bounds;
    this.overflows = overflows;
    this.enterShare = enterShare;
    this.forecast = neighbours.forecast();
    this.neighbours = neighbours;
    this.tensors = tensors;
    this.nanos = nanos;
    this.counters = counters;
  }

  @Override
  public CompletableFuture<Answer> submit(Pipeline pipeline, Request request) {
    return submit(pipeline, request, Optional::empty);
  }

  @Override
  public CompletableFuture<Answer> submit(
      Pipeline pipeline, Request request, Supplier<Optional<Earlier>> earlier) {
    if (request.attributes().containsKey(SessionWay.SESSION)) {
      return sessions.submit(pipeline, request);
    }
    Bounds where;
    try {
      where = bounds.of(pipeline, request);
    } catch (IllegalArgumentException e) {
      counters.refused();
      return pipeline.turnAway(
          request,
          new Answer.Failed(
              ErrorCode.INVALID_INPUT, String.valueOf(e.getMessage()), Timings.none()));
    }
    if (where.admitHere() && isEasyHere(pipeline, request)) {
      return pipeline.submitHere(request);
    }
    var passage = Passage.begin(pipeline, request, "", where, nanos.getAsLong(), earlier);
    decide(passage, Set.of());
    return passage.result();
  }

  @Override
  public boolean mayBeKept(Pipeline pipeline, Request request) {
    return request.attributes().containsKey(SessionWay.SESSION)
        ? sessions.mayBeKept(pipeline, request)
        : bounds.admitHere(pipeline, request);
  }

  /** Whose a frame is, as doors count; empty if it is nobody's. */
  private static String tenant(Request request) {
    return request.attributes().getOrDefault(BoundsBook.TENANT, "");
  }

  /** Whether there is no need to look further; makes nothing. */
  private boolean isEasyHere(Pipeline pipeline, Request request) {
    var lane = request.lane().orElse(pipeline.manifest().lane());
    var deadline = request.deadline().orElse(pipeline.manifest().deadline());
    var expected = forecast.nanos(pipeline, lane, tenant(request));
    return expected <= Passage.bounded(deadline).toNanos() * enterShare
        && !overflows.isUnderWay(pipeline.name(), lane);
  }

  /**
   * @param failedAt nodes that were asked and did not run it
   */
  private void decide(Passage passage, Set<String> failedAt) {
    var now = nanos.getAsLong();
    var lane = passage.request().lane().orElse(passage.pipeline().manifest().lane());
    var earlier = new AtomicReference<Optional<Earlier>>(Optional.empty());
    var around =
        neighbours.around(
            passage.pipeline(),
            lane,
            tenant(passage.request()),
            () -> {
              earlier.set(passage.earlier().get());
              return earlier.get().map(Earlier::age);
            });
    var needs = needs(passage, failedAt, now);
    follow(passage, needs, overflows.decide(needs, lane, around, now), earlier.get());
  }

  private static FrameNeeds needs(Passage passage, Set<String> failedAt, long now) {
    var bytes = 0L;
    for (var tensor : passage.request().inputs().values()) {
      bytes += tensor.byteSize();
    }
    return new FrameNeeds(
        passage.pipeline().name(),
        Passage.bounded(passage.left(now)),
        bytes,
        Set.of(),
        passage.bounds().labels(),
        passage.pipeline().manifest().reach(),
        false,
        failedAt);
  }

  /**
   * @param earlier answer that the decision went by
   */
  private void follow(
      Passage passage, FrameNeeds needs, RouteDecision decision, Optional<Earlier> earlier) {
    switch (decision.route()) {
      case Route.Local() when decision.reason() == RouteReason.FITS_HERE ->
          passage.runHere(nanos.getAsLong());
      case Route.Local() -> recorded(passage, decision).runHere(nanos.getAsLong());
      case Route.Cheaper() -> {
        var told = recorded(passage, decision);
        told.asking(told.request().cheaply()).runHere(nanos.getAsLong());
      }
      case Route.Away(var node, _, _) -> ask(passage, needs, node, recorded(passage, decision));
      case Route.Cached _ when isProbe(passage, decision) -> probe(passage, decision);
      case Route.Cached _ -> giveEarlier(passage, needs, earlier.orElseThrow());
      case Route.Refused _ when isProbe(passage, decision) -> probe(passage, decision);
      case Route.Refused(var refusal) -> refuse(passage, refusal, decision);
    }
  }

  /** Whether only the time expected here speaks against a run, and it is time to see whether so. */
  private boolean isProbe(Passage passage, RouteDecision decision) {
    return decision.reason() == RouteReason.TOO_LATE_HERE
        && decision.timeLeft().isPositive()
        && passage.bounds().admitHere()
        && probes.isDue(passage.pipeline().name(), isInAHurry(passage), nanos.getAsLong());
  }

  /** Whether there would be time for the frame if it had as much as its pipeline declares. */
  private boolean isInAHurry(Passage passage) {
    var pipeline = passage.pipeline();
    var declared = Passage.bounded(pipeline.manifest().deadline());
    var lane = passage.request().lane().orElse(pipeline.manifest().lane());
    return passage.patience().compareTo(declared) < 0
        && forecast.nanos(pipeline, lane, tenant(passage.request())) < declared.toNanos();
  }

  private void probe(Passage passage, RouteDecision decision) {
    var local =
        new RouteDecision(
            new Route.Local(), decision.reason(), decision.considered(), decision.timeLeft());
    recorded(passage, local).runHere(nanos.getAsLong());
  }

  /** Where there is no memory for it, the list goes on behind it. */
  private void giveEarlier(Passage passage, FrameNeeds needs, Earlier earlier) {
    Answer answer;
    try {
      answer = earlier.answer(tensors, nanos.getAsLong() - passage.begun());
    } catch (TensorMemoryException e) {
      decide(passage.ownAnswerOnly(), needs.failedAt());
      return;
    }
    passage.end(answer);
    counters.cached();
  }

  /** The frame with what was decided of it, so that it is recorded where it runs. */
  private static Passage recorded(Passage passage, RouteDecision decision) {
    return passage.asking(passage.request().with(RouteDecision.ATTRIBUTE, decision.recorded()));
  }

  private void ask(Passage passage, FrameNeeds needs, String node, Passage told) {
    neighbours
        .link()
        .node(node)
        .ifPresentOrElse(
            facts ->
                told.then(
                    neighbours
                        .link()
                        .ask(
                            facts,
                            told.lane(),
                            told.payload(neighbours.link().packing(facts)),
                            told.left(nanos.getAsLong())),
                    answer -> answered(passage, needs, node, answer)),
            () -> again(passage, needs, node, "it was not heard of any more"));
  }

  private void answered(
      Passage passage, FrameNeeds needs, String node, dev.weft.link.exchange.Answer answer) {
    switch (answer) {
      case dev.weft.link.exchange.Answer.Done(var payload) -> done(passage, needs, node, payload);
      case dev.weft.link.exchange.Answer.Refused refused when !refused.mayHaveRun() ->
          again(passage, needs, node, refused.detail());
      case dev.weft.link.exchange.Answer.Refused(var reason, _, var detail) -> {
        counters.lost();
        passage.fail(
            SessionWay.code(reason),
            "node %s did not answer, and may have run the frame: %s".formatted(node, detail),
            nanos.getAsLong());
      }
    }
  }

  private void done(Passage passage, FrameNeeds needs, String node, byte[] payload) {
    Optional<Answer> answer;
    try {
      answer = FrameCodec.answer(payload, tensors, nanos.getAsLong() - passage.begun());
    } catch (FrameCodec.FrameException e) {
      passage.fail(e.code(), String.valueOf(e.getMessage()), nanos.getAsLong());
      return;
    }
    if (answer.isPresent()) {
      counters.away();
      passage.end(answer.get());
    } else {
      again(passage, needs, node, "it takes the frame for one of a session");
    }
  }

  /** Decides anew after a node did not run it. */
  private void again(Passage passage, FrameNeeds needs, String node, String why) {
    var after = needs.after(node, passage.left(nanos.getAsLong()));
    if (after.failedAt().size() < ASKED_MAX) {
      decide(passage, after.failedAt());
    } else if (passage.bounds().admitHere()) {
      counters.unreached();
      passage.runHere(nanos.getAsLong());
    } else {
      counters.refused();
      passage.refuse(
          ErrorCode.UNAVAILABLE,
          "asked %s, the last of which did not run it: %s; and %s"
              .formatted(after.failedAt(), why, bounds.refusal(passage.bounds())),
          nanos.getAsLong());
    }
  }

  private void refuse(Passage passage, Route.Refusal refusal, RouteDecision decision) {
    counters.refused();
    var now = nanos.getAsLong();
    switch (refusal) {
      case RESIDENCY ->
          passage.refuse(
              ErrorCode.FAILED_PRECONDITION,
              "%s. %s".formatted(bounds.refusal(passage.bounds()), decision.explanation()),
              now);
      case UNAVAILABLE -> passage.refuse(ErrorCode.UNAVAILABLE, decision.explanation(), now);
      case DEADLINE ->
          passage.refuse(
              new Answer.Dropped(
                  DropReason.DEADLINE_OUT_OF_REACH,
                  passage.pipeline().name(),
                  Timings.elsewhere(now - passage.begun())));
    }
  }
}
