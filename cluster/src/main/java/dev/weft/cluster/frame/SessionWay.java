package dev.weft.cluster.frame;

import dev.weft.cluster.allocation.Arrivals;
import dev.weft.cluster.fact.NodeFacts;
import dev.weft.cluster.site.NodeId;
import dev.weft.cluster.site.SessionName;
import dev.weft.fabric.embedded.FrameWay;
import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.manifest.Reach;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.Request;
import dev.weft.fabric.pipeline.Timings;
import dev.weft.link.exchange.Reason;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.tensor.TensorAllocator;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Has the frames of a session run on the node where it lives, and all others here. Where that node
 * is not reached, may not have the frame, or it cannot be told which it is, a frame runs here: it
 * is answered, but the session does not know of it. What may have run elsewhere is never run a
 * second time. Where a frame may be is a constraint: it never leaves for a node that a label keeps
 * it off, and is refused if that is all there is.
 */
final class SessionWay implements FrameWay {

  /** Attribute of a request that says which session it is of. */
  static final String SESSION = "session";

  private static final String UNREACHED = "nor is the node of its session reached";

  /** A session may move once while a frame is on its way. */
  private static final int TRIES = 2;

  private final NodeId here;
  private final BoundsBook bounds;
  private final Places places;
  private final FrameLink link;
  private final TensorAllocator tensors;
  private final LongSupplier nanos;
  private final WayCounters counters;
  private final Arrivals arrivals;
  private final String home;

  SessionWay(
      NodeId here,
      BoundsBook bounds,
      Places places,
      FrameLink link,
      TensorAllocator tensors,
      LongSupplier nanos,
      WayCounters counters,
      Arrivals arrivals) {
    this.here = here;
    this.bounds = bounds;
    this.places = places;
    this.link = link;
    this.tensors = tensors;
    this.nanos = nanos;
    this.counters = counters;
    this.arrivals = arrivals;
    this.home = here.site() + "/";
  }

  @Override
  public CompletableFuture<Answer> submit(Pipeline pipeline, Request request) {
    Bounds where;
    try {
      where = bounds.of(pipeline, request);
    } catch (IllegalArgumentException e) {
      return refused(pipeline, request, ErrorCode.INVALID_INPUT, String.valueOf(e.getMessage()));
    }
    var session = request.attributes().get(SESSION);
    var name =
        session == null ? Optional.<SessionName>empty() : SessionName.find(session, here.site());
    if (name.isEmpty()) {
      return ofNone(pipeline, request, where);
    }
    var full = name.get().toString();
    return ofSession(pipeline, request, where, full);
  }

  /**
   * A session holds what is said of its tenant, too: where that is not known, nothing is kept. Nor
   * is the last answer of a session that is closed.
   */
  @Override
  public boolean mayBeKept(Pipeline pipeline, Request request) {
    var name =
        Optional.ofNullable(request.attributes().get(SESSION))
            .flatMap(session -> SessionName.find(session, here.site()));
    if (name.isEmpty() || !bounds.admitHere(pipeline, request)) {
      return bounds.admitHere(pipeline, request);
    }
    var last = places.last(name.get().toString());
    if (goesBySession(pipeline) && last.filter(SessionWay::isClosed).isPresent()) {
      return false;
    }
    return !bounds.keepsTenants()
        || last.filter(at -> !(at instanceof Place.Unknown))
            .filter(at -> narrowed(bounds.of(pipeline, request), at).admitHere())
            .isPresent();
  }

  private static boolean goesBySession(Pipeline pipeline) {
    return pipeline
        .manifest()
        .reach()
        .answers()
        .filter(kept -> kept.by() == Reach.Cached.By.SESSION)
        .isPresent();
  }

  private static boolean isClosed(Place place) {
    return place instanceof Place.Anywhere(var isClosed) && isClosed;
  }

  private CompletableFuture<Answer> ofNone(Pipeline pipeline, Request request, Bounds where) {
    return where.admitHere()
        ? pipeline.submitHere(request)
        : refused(pipeline, request, ErrorCode.FAILED_PRECONDITION, bounds.refusal(where));
  }

  private CompletableFuture<Answer> ofSession(
      Pipeline pipeline, Request request, Bounds where, String session) {
    var place = places.of(session, BoundsBook.tenant(request));
    if (session.startsWith(home) && !(place.isDone() && isAtAnotherSite(place.join()))) {
      arrivals.came(session);
    }
    // Where it is known that it lives here, nothing is made for the way.
    if (place.isDone() && isHere(place.join()) && narrowed(where, place.join()).admitHere()) {
      counters.here();
      return pipeline.submitHere(request);
    }
    var passage = Passage.begin(pipeline, request, session, where, nanos.getAsLong());
    passage.then(
        Places.within(place, patience(passage)),
        at -> send(passage.within(narrowed(where, at)), at, TRIES));
    return passage.result();
  }

  private CompletableFuture<Answer> refused(
      Pipeline pipeline, Request request, ErrorCode code, String why) {
    counters.refused();
    return pipeline.turnAway(request, new Answer.Failed(code, why, Timings.none()));
  }

  /**
   * How long a frame waits to be told where its session lives: then there is time to run it here.
   */
  private Duration patience(Passage passage) {
    return passage.left(nanos.getAsLong()).dividedBy(2);
  }

  private Bounds narrowed(Bounds where, Place place) {
    return place instanceof Place.At at ? bounds.alsoOf(where, at.tenant()) : where;
  }

  private boolean isAtAnotherSite(Place place) {
    return place instanceof Place.At(var node, _, _) && !node.startsWith(home);
  }

  private boolean isHere(Place place) {
    return place instanceof Place.At(var node, _, _) && node.equals(here.toString());
  }

  private void send(Passage passage, Place place, int tries) {
    switch (place) {
      case Place.Anywhere _ -> stay(passage, counters::here, () -> "");
      case Place.Unknown(var why) ->
          stay(passage, counters::unreached, () -> UNREACHED + ": " + why);
      case Place.At _ when isHere(place) -> stay(passage, counters::here, () -> "");
      case Place.At(var node, _, _) ->
          link.node(node)
              .ifPresentOrElse(
                  facts -> send(passage, facts, tries),
                  () -> stay(passage, counters::unreached, () -> UNREACHED));
    }
  }

  private void send(Passage passage, NodeFacts facts, int tries) {
    if (passage.bounds().labels().against(facts.zones(), false).isPresent()) {
      stay(
          passage,
          counters::kept,
          () ->
              "nor where its session lives: node %s lies in %s"
                  .formatted(facts.id(), facts.zones()));
      return;
    }
    var left = passage.left(nanos.getAsLong());
    passage.then(
        link.ask(facts, passage.lane(), passage.payload(link.packing(facts)), left),
        answer -> answered(passage, answer, tries));
  }

  private void answered(Passage passage, dev.weft.link.exchange.Answer answer, int tries) {
    switch (answer) {
      case dev.weft.link.exchange.Answer.Done(var payload) -> done(passage, payload, tries);
      case dev.weft.link.exchange.Answer.Refused refused
          when refused.reason() == Reason.CLOSED && !refused.mayHaveRun() && tries > 1 ->
          sendAnew(passage, tries);
      case dev.weft.link.exchange.Answer.Refused refused when !refused.mayHaveRun() -> {
        places.forget(passage.session());
        stay(passage, counters::unreached, () -> UNREACHED + ": " + refused.detail());
      }
      case dev.weft.link.exchange.Answer.Refused(var reason, _, var detail) -> {
        places.forget(passage.session());
        counters.lost();
        passage.fail(
            code(reason),
            "session '%s': the node that has it did not answer, and may have run the frame: %s"
                .formatted(passage.session(), detail),
            nanos.getAsLong());
      }
    }
  }

  /** What a frame fails with that may have run elsewhere. */
  static ErrorCode code(Reason reason) {
    return switch (reason) {
      case TIMED_OUT -> ErrorCode.DEADLINE_EXCEEDED;
      case CANCELLED -> ErrorCode.CANCELLED;
      default -> ErrorCode.UNAVAILABLE;
    };
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
      passage.fail(e.code(), String.valueOf(e.getMessage()), nanos.getAsLong());
      return;
    }
    if (tries > 1) {
      sendAnew(passage, tries);
    } else {
      places.forget(passage.session());
      stay(passage, counters::unreached, () -> "nor where its session lives: it moved twice");
    }
  }

  /** As the node that had the session says that it does not any more. */
  private void sendAnew(Passage passage, int tries) {
    places.forget(passage.session());
    var place = places.of(passage.session(), BoundsBook.tenant(passage.request()));
    passage.then(
        Places.within(place, patience(passage)),
        at -> send(passage.within(narrowed(passage.bounds(), at)), at, tries - 1));
  }

  /**
   * Runs a frame here if it may be here.
   *
   * @param why it did not go to where its session lives; empty if it did
   */
  private void stay(Passage passage, Runnable count, Supplier<String> why) {
    var now = nanos.getAsLong();
    if (passage.bounds().admitHere()) {
      count.run();
      passage.runHere(now);
      return;
    }
    counters.refused();
    var refusal = bounds.refusal(passage.bounds());
    var more = why.get();
    passage.refuse(
        ErrorCode.FAILED_PRECONDITION, more.isEmpty() ? refusal : refusal + ", " + more, now);
  }
}
