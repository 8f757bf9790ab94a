package dev.weft.fabric.session;

import static dev.weft.fabric.session.SessionDecision.accept;
import static dev.weft.fabric.session.SessionDecision.isSoAlready;
import static dev.weft.fabric.session.SessionDecision.refuse;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All that is kept of a session. Immutable; what is asked of it is answered with a {@link
 * SessionDecision}, and events always apply. Asking the same again changes nothing and is accepted,
 * so that a caller whose answer got lost may repeat himself.
 *
 * @param tenant who it belongs to; empty before it is opened
 * @param epoch the present feeder's, 0 before it is opened
 * @param closedReason why it was closed; empty unless it is
 */
public record SessionState(
    Phase phase,
    String tenant,
    long epoch,
    Instant openedAt,
    SessionContext context,
    Checkpoint checkpoint,
    SessionBudget budget,
    String closedReason) {

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
        Instant.EPOCH,
        SessionContext.empty(),
        Checkpoint.none(),
        SessionBudget.of(0),
        "");
  }

  /** A feeder wants to number frames in an epoch of its own, the first or one above the present. */
  SessionDecision open(String byTenant, long inEpoch, long withBudget, Instant now) {
    if (byTenant.isEmpty() || inEpoch < 1 || withBudget < 0) {
      return refuse(
          SessionRefusal.INVALID,
          "tenant '%s', epoch %d, budget %d (expected: a name, >= 1, >= 0)"
              .formatted(byTenant, inEpoch, withBudget));
    }
    if (phase == Phase.CLOSED) {
      return closed();
    }
    if (phase == Phase.OPEN && !tenant.equals(byTenant)) {
      return refuse(SessionRefusal.OTHER_TENANT, "the session belongs to another tenant");
    }
    if (inEpoch < epoch) {
      return staleEpoch(inEpoch);
    }
    if (inEpoch == epoch) {
      return withBudget == budget.limit()
          ? isSoAlready()
          : refuse(
              SessionRefusal.OUT_OF_ORDER,
              "epoch %d has budget %d (expected: a new epoch for another budget)"
                  .formatted(epoch, budget.limit()));
    }
    return accept(new SessionEvent.Opened(byTenant, inEpoch, withBudget, now));
  }

  /** The client tells something of itself. */
  SessionDecision observe(
      Map<String, SignalValue> told, SignalSchema schema, int contextBytesMax, Instant now) {
    if (phase != Phase.OPEN) {
      return notOpen();
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
    if (phase != Phase.OPEN) {
      return notOpen();
    }
    if (from < 1 || to < from || !Checkpoint.isHash(traceHash)) {
      return refuse(
          SessionRefusal.INVALID,
          "frames %d to %d, hash '%s' (expected: >= 1, not backwards, 64 hexadecimal digits)"
              .formatted(from, to, traceHash));
    }
    if (inEpoch != epoch) {
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
    if (phase != Phase.OPEN) {
      return notOpen();
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
    if (phase == Phase.NEW) {
      return notOpen();
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
    return switch (phase) {
      case NEW -> notOpen();
      case OPEN -> accept(new SessionEvent.Closed(reason, now));
      case CLOSED -> isSoAlready();
    };
  }

  /** With an event applied. */
  SessionState on(SessionEvent event) {
    return switch (event) {
      case SessionEvent.Opened(var byTenant, var inEpoch, var withBudget, var at) ->
          new SessionState(
              Phase.OPEN,
              byTenant,
              inEpoch,
              phase == Phase.NEW ? at : openedAt,
              context,
              checkpoint.ofNewEpoch(),
              budget.withLimit(withBudget),
              "");
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
              openedAt,
              SessionContext.empty(),
              checkpoint,
              budget,
              reason);
    };
  }

  private SessionState with(SessionContext other) {
    return new SessionState(
        phase, tenant, epoch, openedAt, other, checkpoint, budget, closedReason);
  }

  private SessionState with(Checkpoint other) {
    return new SessionState(phase, tenant, epoch, openedAt, context, other, budget, closedReason);
  }

  private SessionState with(SessionBudget other) {
    return new SessionState(
        phase, tenant, epoch, openedAt, context, checkpoint, other, closedReason);
  }

  private SessionDecision notOpen() {
    return phase == Phase.CLOSED
        ? closed()
        : refuse(SessionRefusal.NOT_OPEN, "the session is not open (expected: Open first)");
  }

  private SessionDecision closed() {
    return refuse(SessionRefusal.CLOSED, "the session is closed: " + closedReason);
  }

  private SessionDecision staleEpoch(long given) {
    return refuse(SessionRefusal.STALE_EPOCH, "epoch %d (expected: %d)".formatted(given, epoch));
  }
}
