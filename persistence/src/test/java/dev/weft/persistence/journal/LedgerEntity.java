package dev.weft.persistence.journal;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import akka.pattern.StatusReply;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.RecoveryCompleted;
import akka.persistence.typed.RecoveryFailed;
import akka.persistence.typed.SnapshotCompleted;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import akka.persistence.typed.javadsl.RetentionCriteria;
import akka.persistence.typed.javadsl.SignalHandler;
import java.util.ArrayList;
import java.util.List;

/** The simplest entity there is: it remembers amounts in their order. For the journals' tests. */
final class LedgerEntity
    extends EventSourcedBehavior<LedgerEntity.Command, LedgerEntity.Entered, LedgerEntity.Ledger> {

  sealed interface Command {}

  /** Enters amounts, all of them or none. */
  record Enter(List<Long> amounts, ActorRef<StatusReply<Ledger>> replyTo) implements Command {}

  record Tell(ActorRef<StatusReply<Ledger>> replyTo) implements Command {}

  enum Stop implements Command {
    INSTANCE
  }

  record Entered(long amount) {}

  record Ledger(List<Long> amounts) {
    Ledger {
      amounts = List.copyOf(amounts);
    }
  }

  /** What an entity tells of itself beside its answers. */
  sealed interface Notice {}

  record Recovered() implements Notice {}

  record Unrecovered(Throwable why) implements Notice {}

  record Snapshotted(long number) implements Notice {}

  private final int snapshotEvery;
  private final ActorRef<Notice> notices;

  /**
   * @param snapshotEvery events from one snapshot to the next; two are kept
   */
  static Behavior<Command> create(String id, int snapshotEvery, ActorRef<Notice> notices) {
    return Behaviors.setup(_ -> new LedgerEntity(id, snapshotEvery, notices));
  }

  private LedgerEntity(String id, int snapshotEvery, ActorRef<Notice> notices) {
    super(PersistenceId.ofUniqueId(id));
    this.snapshotEvery = snapshotEvery;
    this.notices = notices;
  }

  @Override
  public Ledger emptyState() {
    return new Ledger(List.of());
  }

  @Override
  public CommandHandler<Command, Entered, Ledger> commandHandler() {
    return (_, command) ->
        switch (command) {
          case Enter(var amounts, var replyTo) ->
              Effect()
                  .persist(amounts.stream().map(Entered::new).toList())
                  .thenReply(replyTo, StatusReply::success);
          case Tell(var replyTo) -> Effect().none().thenReply(replyTo, StatusReply::success);
          case Stop _ -> Effect().stop();
        };
  }

  @Override
  public EventHandler<Ledger, Entered> eventHandler() {
    return (ledger, entered) -> {
      var amounts = new ArrayList<>(ledger.amounts());
      amounts.add(entered.amount());
      return new Ledger(amounts);
    };
  }

  @Override
  public SignalHandler<Ledger> signalHandler() {
    return newSignalHandlerBuilder()
        .onSignal(RecoveryCompleted.class, (_, _) -> notices.tell(new Recovered()))
        .onSignal(
            RecoveryFailed.class, (_, failed) -> notices.tell(new Unrecovered(failed.getFailure())))
        .onSignal(
            SnapshotCompleted.class,
            (_, done) -> notices.tell(new Snapshotted(done.getSnapshotMetadata().sequenceNr())))
        .build();
  }

  @Override
  public RetentionCriteria retentionCriteria() {
    return RetentionCriteria.snapshotEvery(snapshotEvery, 2).withDeleteEventsOnSnapshot();
  }
}
