package dev.weft.fabric.stage;

import akka.actor.ActorRef;
import akka.actor.ActorSystem;
import akka.dispatch.Envelope;
import akka.dispatch.Mailbox;
import akka.dispatch.MailboxType;
import akka.dispatch.MessageQueue;
import akka.dispatch.ProducesMessageQueue;
import com.typesafe.config.Config;
import dev.weft.fabric.lane.Displacement;
import dev.weft.fabric.lane.LaneBox;
import dev.weft.fabric.lane.Waiting;
import dev.weft.fabric.manifest.Lane;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import scala.Option;

/**
 * The mailbox of a stage's or node's actor, and at the same time its queue: {@link Laned} messages
 * wait in a bounded {@link LaneBox}, all others ahead of them in a queue that is never bounded
 * away.
 *
 * <p>A message that gives way is told so by the thread that displaced it.
 */
public final class LaneMailbox implements MailboxType, ProducesMessageQueue<MessageQueue> {

  /** Path of the configuration that names this mailbox type. */
  public static final String ID = "weft.fabric.lane-mailbox";

  /** A message that holds something. */
  interface Holding {

    /** Lets go of what this holds, as the actor stopped before it saw this message. */
    void undelivered();
  }

  /** A message that waits in a lane and may have to give way. */
  interface Laned extends Waiting, Holding {

    /** Whether it has waited here before, so that it takes its place whatever the bounds. */
    boolean returns();

    /** Answers that this message left the lanes without being handled. */
    void displaced(Displacement why);
  }

  /** Called by Akka. */
  public LaneMailbox(ActorSystem.Settings settings, Config config) {}

  @Override
  public MessageQueue create(Option<ActorRef> owner, Option<ActorSystem> system) {
    if (owner.isEmpty() || system.isEmpty()) {
      throw new IllegalStateException("a lane mailbox belongs to an actor");
    }
    return new Lanes(LaneBoxExtension.of(system.get()).take(owner.get().path().name()));
  }

  /** The queue of one actor. */
  static final class Lanes implements MessageQueue {

    private final LaneBox<Laned> box;
    private final boolean endsSoon;
    private final Queue<Envelope> control = new ConcurrentLinkedQueue<>();
    private LoopDispatcher.@Nullable MailboxTask task;
    private @Nullable Lane next;

    Lanes(LaneBoxExtension.Announced queue) {
      this.box = queue.box();
      this.endsSoon = queue.endsSoon();
    }

    LaneBox<Laned> box() {
      return box;
    }

    boolean endsSoon() {
      return endsSoon;
    }

    boolean hasControl() {
      return !control.isEmpty();
    }

    /** Says which lane the next message is taken from, unless a control message waits. */
    void serve(Lane lane) {
      next = lane;
    }

    /** This queue's mailbox as a task of a loop. */
    LoopDispatcher.MailboxTask task(Mailbox mailbox) {
      // Akka schedules a mailbox on one thread at a time, and hands it over safely.
      var known = task;
      if (known == null) {
        known = new LoopDispatcher.MailboxTask(mailbox, this);
        task = known;
      }
      return known;
    }

    @Override
    public void enqueue(ActorRef receiver, Envelope envelope) {
      if (envelope.message() instanceof Laned laned) {
        if (laned.returns()) {
          box.takeBack(laned, Laned::displaced);
        } else {
          box.offer(laned, Laned::displaced);
        }
      } else {
        control.add(envelope);
      }
    }

    @Override
    public @Nullable Envelope dequeue() {
      var lane = next;
      next = null;
      var first = control.poll();
      if (first != null) {
        return first;
      }
      if (box.isHeld()) {
        return null;
      }
      if (lane == null && task != null) {
        // Run for a system message: which lane is served is the loop's to say.
        return null;
      }
      var laned = lane == null ? box.poll() : box.poll(lane);
      return laned == null ? null : new Envelope(laned, ActorRef.noSender());
    }

    @Override
    public int numberOfMessages() {
      return control.size() + box.size();
    }

    @Override
    public boolean hasMessages() {
      return !control.isEmpty() || !box.isEmpty();
    }

    @Override
    public void cleanUp(ActorRef owner, MessageQueue deadLetters) {
      for (var laned = box.poll(); laned != null; laned = box.poll()) {
        laned.undelivered();
      }
      for (var envelope = control.poll(); envelope != null; envelope = control.poll()) {
        if (envelope.message() instanceof Holding holding) {
          holding.undelivered();
        } else {
          deadLetters.enqueue(owner, envelope);
        }
      }
    }
  }
}
