package dev.weft.fabric.session;

import static dev.weft.fabric.session.SessionDecision.accept;
import static dev.weft.fabric.session.SessionDecision.isSoAlready;
import static dev.weft.fabric.session.SessionDecision.refuse;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All that is kept of a session. Immutable; what is asked of it is answered with a {@link
 * SessionDecision}, and events always apply. Asking the same again changes nothing and is accepted,
 * so that a caller whose answer got lost may repeat himself.
 *
 * @param tenant who it belongs to; empty before it is opened
 * @param epoch in which its frames are numbered, 0 before it is opened
 * @param feeder which process has its frames
 * @param closedReason why it was closed; empty unless it is
 * @param whereabouts which site it is at
 */
public record SessionState(
    Phase phase,
    String tenant,
    long epoch,
    FeederId feeder,
    Instant openedAt,
    SessionContext context,
    Checkpoint checkpoint,
    SessionBudget budget,
    String closedReason,
    Whereabouts whereabouts) {

  /** How far its life is. */
  public enum Phase {
    NEW,
    OPEN,
    CLOSED
  }

  static SessionState none() {
    return new SessionState(
        Phase.NEW,
        "",
        0,
        FeederId.NONE,
        Instant.EPOCH,
        SessionContext.empty(),
        Checkpoint.none(),
        SessionBudget.of(0),
        "",
        new Whereabouts.Here(0));
  }

  private boolean isHere() {
    return whereabouts instanceof Whereabouts.Here;
  }

  /** Whether what is under way may still come to its end here. */
  private boolean isKeptHere() {
    return isHere() || whereabouts instanceof Whereabouts.Leaving;
  }

  /** A feeder wants to number frames in an epoch of its own, the first or one above the present. */
  SessionDecision open(String byTenant, long inEpoch, long withBudget, Instant now) {
    return open(byTenant, inEpoch, FeederId.of(inEpoch), withBudget, now);
  }

  /** A process wants to feed it: in the present epoch if it does so already, else in a new one. */
  SessionDecision openBy(String byTenant, FeederId process, long withBudget, Instant now) {
    return open(
        byTenant, process.equals(feeder) ? epoch : epochOf(process), process, withBudget, now);
  }

  private SessionDecision open(
      String byTenant, long inEpoch, FeederId process, long withBudget, Instant now) {
    if (byTenant.isEmpty() || inEpoch < 1 || withBudget < 0) {
      return refuse(
          SessionRefusal.INVALID,
          "tenant '%s', epoch %d, budget %d (expected: a name, >= 1, >= 0)"
              .formatted(byTenant, inEpoch, withBudget));
    }
    if (!isKeptHere() || phase == Phase.CLOSED) {
      return notServed();
    }
    if (phase == Phase.OPEN && !tenant.equals(byTenant)) {
      return refuse(SessionRefusal.OTHER_TENANT, "the session belongs to another tenant");
    }
    if (inEpoch < epoch || inEpoch == epoch && !process.equals(feeder)) {
      return staleEpoch(inEpoch);
    }
    if (inEpoch == epoch) {
      return withBudget != budget.limit()
          ? refuse(
              SessionRefusal.OUT_OF_ORDER,
              "epoch %d has budget %d (expected: a new epoch for another budget)"
                  .formatted(epoch, budget.limit()))
          : isHere() ? isSoAlready() : notServed();
    }
    return opened(byTenant, inEpoch, process, withBudget, now);
  }

  /**
   * A process has frames of the session: it takes over from the one that fed it before.
   *
   * @param isOverdue whether a move that is under way was to be over long ago
   */
  SessionDecision claim(FeederId process, boolean isOverdue, Instant now) {
    if (phase != Phase.OPEN || !isKeptHere()) {
      return notServed();
    }
    if (!process.equals(feeder)) {
      return opened(tenant, epochOf(process), process, budget.limit(), now);
    }
    if (whereabouts instanceof Whereabouts.Leaving leaving) {
      return isOverdue ? accept(new SessionEvent.MoveCancelled(leaving.nextTerm())) : notServed();
    }
    return isSoAlready();
  }

  /** Above the present one, also if the process is older than the one that feeds it now. */
  private long epochOf(FeederId process) {
    return Math.max(epoch + 1, process.process());
  }

  /** A feeder that comes after one that was about to let it go keeps it. */
  private SessionDecision opened(
      String byTenant, long inEpoch, FeederId process, long withBudget, Instant now) {
    var opened = new SessionEvent.Opened(byTenant, inEpoch, withBudget, now, process);
    return whereabouts instanceof Whereabouts.Leaving leaving
        ? new SessionDecision.Accept(
            List.of(new SessionEvent.MoveCancelled(leaving.nextTerm()), opened))
        : accept(opened);
  }

  /** The client tells something of itself. */
  SessionDecision observe(
      Map<String, SignalValue> told, SignalSchema schema, int contextBytesMax, Instant now) {
    if (phase != Phase.OPEN || !isHere()) {
      return notServed();
    }
    for (var each : told.entrySet()) {
      var problem = schema.problem(each.getKey(), each.getValue());
      if (problem.isPresent()) {
        return refuse(SessionRefusal.INVALID, problem.get());
      }
    }
    if (told.isEmpty()) {
      return isSoAlready();
    }
    var at = now.isBefore(context.observedAt()) ? context.observedAt() : now;
    var signals = new ArrayList<Signal>();
    new TreeMap<>(told)
        .forEach((name, value) -> signals.add(new Signal(name, value, at.plus(schema.ttl(name)))));
    var bytes = context.observe(signals, at).bytes();
    if (bytes > contextBytesMax) {
      return refuse(
          SessionRefusal.CONTEXT_FULL,
          "context: %d bytes (expected: <= %d)".formatted(bytes, contextBytesMax));
    }
    return accept(new SessionEvent.ContextObserved(signals, at));
  }

  /** Frames of the present epoch are in the trace; they must follow on those before. */
  SessionDecision checkpoint(long inEpoch, long from, long to, String traceHash) {
    if (phase != Phase.OPEN || !isKeptHere()) {
      return notServed();
    }
    if (from < 1 || to < from || !Checkpoint.isHash(traceHash)) {
      return refuse(
          SessionRefusal.INVALID,
          "frames %d to %d, hash '%s' (expected: >= 1, not backwards, 64 hexadecimal digits)"
              .formatted(from, to, traceHash));
    }
    if (inEpoch != epoch || feeder.equals(FeederId.NONE)) {
      return staleEpoch(inEpoch);
    }
    if (to == checkpoint.lastFrame() && traceHash.equals(checkpoint.traceHash())) {
      return isSoAlready();
    }
    if (from != checkpoint.lastFrame() + 1) {
      return refuse(
          SessionRefusal.OUT_OF_ORDER,
          "frames from %d (expected: %d)".formatted(from, checkpoint.lastFrame() + 1));
    }
    return accept(new SessionEvent.FramesCheckpointed(epoch, from, to, traceHash));
  }

  /** Sets an amount aside, under the number after the last block's. */
  SessionDecision reserve(long block, long amount, int openBlocksMax) {
    if (phase != Phase.OPEN || !isHere()) {
      return notServed();
    }
    if (amount < 1) {
      return refuse(SessionRefusal.INVALID, "amount: %d (expected: >= 1)".formatted(amount));
    }
    if (Optional.ofNullable(budget.blocks().get(block)).equals(Optional.of(amount))) {
      return isSoAlready();
    }
    if (block != budget.lastBlock() + 1) {
      return refuse(
          SessionRefusal.OUT_OF_ORDER,
          "block %d (expected: %d)".formatted(block, budget.lastBlock() + 1));
    }
    if (budget.blocks().size() >= openBlocksMax) {
      return refuse(
          SessionRefusal.OVER_BUDGET,
          "blocks not settled: %d (expected: < %d)"
              .formatted(budget.blocks().size(), openBlocksMax));
    }
    if (amount > budget.free()) {
      return refuse(
          SessionRefusal.OVER_BUDGET,
          "amount: %d (expected: <= %d, which is free)".formatted(amount, budget.free()));
    }
    return accept(new SessionEvent.BudgetReserved(block, amount));
  }

  /** Says what was spent of a block; also after the end, for frames that still ran. */
  SessionDecision settle(long block, long spent) {
    if (phase == Phase.NEW || !isKeptHere()) {
      return notServed();
    }
    var amount = budget.blocks().get(block);
    if (amount == null) {
      return block >= 1 && block <= budget.lastBlock()
          ? isSoAlready()
          : refuse(
              SessionRefusal.OUT_OF_ORDER,
              "block %d (expected: one of %s)".formatted(block, budget.blocks().keySet()));
    }
    if (spent < 0 || spent > amount) {
      return refuse(
          SessionRefusal.INVALID, "spent: %d (expected: 0 to %d)".formatted(spent, amount));
    }
    return accept(new SessionEvent.BudgetSettled(block, spent));
  }

  /** Ends the session. */
  SessionDecision close(String reason, Instant now) {
    if (!isHere()) {
      return notServed();
    }
    return switch (phase) {
      case NEW -> notServed();
      case OPEN -> accept(new SessionEvent.Closed(reason, now));
      case CLOSED -> isSoAlready();
    };
  }

  /** With an event applied. */
  SessionState on(SessionEvent event) {
    return switch (event) {
      case SessionEvent.Opened(var byTenant, var inEpoch, var withBudget, var at, var process) ->
          new SessionState(
              Phase.OPEN,
              byTenant,
              inEpoch,
              process,
              phase == Phase.NEW ? at : openedAt,
              context,
              checkpoint.ofNewEpoch(),
              budget.withLimit(withBudget),
              "",
              whereabouts);
      case SessionEvent.ContextObserved(var signals, var at) -> with(context.observe(signals, at));
      case SessionEvent.FramesCheckpointed(_, var from, var to, var hash) ->
          with(checkpoint.after(from, to, hash));
      case SessionEvent.BudgetReserved(var block, var amount) ->
          with(budget.reserve(block, amount));
      case SessionEvent.BudgetSettled(var block, var spent) -> with(budget.settle(block, spent));
      case SessionEvent.Closed(var reason, _) ->
          new SessionState(
              Phase.CLOSED,
              tenant,
              epoch,
              feeder,
              openedAt,
              SessionContext.empty(),
              checkpoint,
              budget,
              reason,
              whereabouts);
      case SessionEvent.Move move -> SessionMoves.on(this, move);
    };
  }

  private SessionState with(SessionContext other) {
    return new SessionState(
        phase,
        tenant,
        epoch,
        feeder,
        openedAt,
        other,
        checkpoint,
        budget,
        closedReason,
        whereabouts);
  }

  private SessionState with(Checkpoint other) {
    return new SessionState(
        phase, tenant, epoch, feeder, openedAt, context, other, budget, closedReason, whereabouts);
  }

  private SessionState with(SessionBudget other) {
    return new SessionState(
        phase,
        tenant,
        epoch,
        feeder,
        openedAt,
        context,
        checkpoint,
        other,
        closedReason,
        whereabouts);
  }

  SessionState at(Whereabouts other) {
    return new SessionState(
        phase, tenant, epoch, feeder, openedAt, context, checkpoint, budget, closedReason, other);
  }

  /** As nobody feeds it yet: in an epoch above the present one, at whatever site that will be. */
  SessionState unfed() {
    return new SessionState(
        phase,
        tenant,
        epoch,
        FeederId.NONE,
        openedAt,
        context,
        checkpoint,
        budget,
        closedReason,
        whereabouts);
  }

  /** Why nothing is done for it here now. */
  SessionDecision notServed() {
    return switch (whereabouts) {
      case Whereabouts.Here _ ->
          phase == Phase.CLOSED
              ? closed()
              : refuse(SessionRefusal.NOT_OPEN, "the session is not open (expected: Open first)");
      case Whereabouts.Leaving(_, var to) ->
          refuse(SessionRefusal.MOVING, "the session is about to go to site '%s'".formatted(to));
      case Whereabouts.Held(_, var from, _, _, _) ->
          refuse(
              SessionRefusal.MOVING, "the session is about to come from site '%s'".formatted(from));
      case Whereabouts.Gone(_, var to, _) ->
          refuse(SessionRefusal.MOVED, "the session has gone to site '%s'".formatted(to));
    };
  }

  private SessionDecision closed() {
    return refuse(SessionRefusal.CLOSED, "the session is closed: " + closedReason);
  }

  private SessionDecision staleEpoch(long given) {
    return refuse(SessionRefusal.STALE_EPOCH, "epoch %d (expected: %d)".formatted(given, epoch));
  }
}
