package dev.weft.app.torture;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractOnMessageBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.pattern.StatusReply;
import dev.weft.fabric.session.SessionEntity;
import dev.weft.fabric.session.SessionState;
import dev.weft.sim.invariant.SessionStep;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Feeds one session: a frame, and when the buffer has it the session's checkpoint, now and then a
 * block of budget. Each as soon as the one before is answered.
 */
final class FeederActor extends AbstractOnMessageBehavior<FeederActor.Command> {

  private static final long BUDGET = Long.MAX_VALUE / 2;
  private static final long AMOUNT = 5;
  private static final long SPENT = 3;
  private static final int FRAMES_PER_BLOCK = 4;

  sealed interface Command {}

  /** The buffer has the frame that was sent last. */
  private record FrameKept(String hash) implements Command {}

  private record Answered(StatusReply<SessionState> reply) implements Command {}

  private final String id;
  private final long epoch;
  private final ActorRef<SessionEntity.Command> session;
  private final BiConsumer<String, Consumer<String>> frames;
  private final Consumer<Said> out;
  private final ActorRef<StatusReply<SessionState>> answers;
  private long frame;
  private long block;

  /**
   * @param frames sends a session's next frame and takes who is told the hash of its record
   * @param out takes what the parent is to know
   */
  static Behavior<Command> create(
      String id,
      long epoch,
      ActorRef<SessionEntity.Command> session,
      BiConsumer<String, Consumer<String>> frames,
      Consumer<Said> out) {
    return Behaviors.setup(
        context -> {
          var feeder = new FeederActor(context, id, epoch, session, frames, out);
          feeder.ask(new SessionStep.Open(epoch));
          return feeder;
        });
  }

  private FeederActor(
      ActorContext<Command> context,
      String id,
      long epoch,
      ActorRef<SessionEntity.Command> session,
      BiConsumer<String, Consumer<String>> frames,
      Consumer<Said> out) {
    super(context);
    this.id = id;
    this.epoch = epoch;
    this.session = session;
    this.frames = frames;
    this.out = out;
    this.answers = context.messageAdapter(reply(), Answered::new);
  }

  @SuppressWarnings("unchecked")
  private static Class<StatusReply<SessionState>> reply() {
    return (Class<StatusReply<SessionState>>) (Class<?>) StatusReply.class;
  }

  @Override
  public Behavior<Command> onMessage(Command message) {
    switch (message) {
      case FrameKept(var hash) -> {
        frame++;
        ask(new SessionStep.RecordFrames(epoch, frame, frame, hash));
      }
      case Answered(var reply) when reply.isSuccess() -> {
        out.accept(new Said.Answered(id));
        goOn(reply.getValue());
      }
      case Answered(var reply) -> out.accept(new Said.Failed(id + ": " + reply.getError()));
    }
    return this;
  }

  private void goOn(SessionState state) {
    var budget = state.budget();
    if (!budget.blocks().isEmpty()) {
      // Also what a killed process has left open.
      ask(new SessionStep.Settle(budget.blocks().keySet().iterator().next(), SPENT));
    } else if (frame / FRAMES_PER_BLOCK > block) {
      block++;
      ask(new SessionStep.Reserve(budget.lastBlock() + 1, AMOUNT));
    } else {
      var self = getContext().getSelf();
      frames.accept(id, hash -> self.tell(new FrameKept(hash)));
    }
  }

  private void ask(SessionStep step) {
    out.accept(new Said.Asked(id, step));
    session.tell(
        switch (step) {
          case SessionStep.Open(var inEpoch) ->
              new SessionEntity.Open("acme", inEpoch, BUDGET, answers);
          case SessionStep.RecordFrames(var inEpoch, var from, var to, var hash) ->
              new SessionEntity.RecordFrames(inEpoch, from, to, hash, answers);
          case SessionStep.Reserve(var number, var amount) ->
              new SessionEntity.ReserveBudget(number, amount, answers);
          case SessionStep.Settle(var number, var spent) ->
              new SessionEntity.SettleBudget(number, spent, answers);
        });
  }
}
