package dev.weft.fabric.stage;

import akka.actor.ActorRef;
import akka.actor.ActorSystem;
import akka.dispatch.Envelope;
import akka.dispatch.MailboxType;
import akka.dispatch.MessageQueue;
import akka.dispatch.ProducesMessageQueue;
import com.typesafe.config.Config;
import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.manifest.QueueLimits;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import scala.Option;

/**
 * The mailbox of a stage actor, and at the same time the stage's queue: {@link Laned} messages wait
 * in a bounded {@link LaneQueue}, all others ahead of them in a queue that is never bounded away.
 *
 * <p>A message that gives way is told so by the thread that displaced it, and what it leaves behind
 * reaches the actor as a control message; there is at most one such per frame inside the pipeline.
 */
public final class LaneMailbox implements MailboxType, ProducesMessageQueue<MessageQueue> {

  /** Path of the configuration that names this mailbox type. */
  static final String ID = "weft.fabric.lane-mailbox";

  /** A message that waits in a lane and may have to give way. */
  interface Laned {
    Lane lane();

    /** Answers that this message gave way; returns what the actor must still be told. */
    Object displaced();

    /** Answers that the actor stopped before it saw this message. */
    void undelivered();
  }

  /** Called by Akka. */
  public LaneMailbox(ActorSystem.Settings settings, Config config) {}

  @Override
  public MessageQueue create(Option<ActorRef> owner, Option<ActorSystem> system) {
    var limits =
        owner.isDefined() && system.isDefined()
            ? LaneLimitsExtension.of(system.get()).take(owner.get().path().name())
            : QueueLimits.defaults();
    return new Lanes(limits);
  }

  private static final class Lanes implements MessageQueue {

    private final LaneQueue<Envelope> frames;
    private final ArrayDeque<Envelope> control = new ArrayDeque<>();
    private volatile int size;

    Lanes(QueueLimits limits) {
      this.frames = new LaneQueue<>(limits);
    }

    @Override
    public void enqueue(ActorRef receiver, Envelope envelope) {
      if (envelope.message() instanceof Laned laned) {
        enqueue(envelope, laned);
      } else {
        synchronized (this) {
          control.addLast(envelope);
          resize();
        }
      }
    }

    private void enqueue(Envelope envelope, Laned laned) {
      @Nullable Laned displaced = null;
      synchronized (this) {
        var loser = frames.offer(laned.lane(), envelope);
        if (loser.isPresent()) {
          displaced = (Laned) loser.get().message();
        }
        resize();
      }
      if (displaced != null) {
        // Answered outside the lock: the answer may run the caller's own code.
        var rest = displaced.displaced();
        synchronized (this) {
          control.addLast(new Envelope(rest, envelope.sender()));
          resize();
        }
      }
    }

    @Override
    public synchronized @Nullable Envelope dequeue() {
      var first = control.pollFirst();
      var next = first != null ? first : frames.poll().orElse(null);
      resize();
      return next;
    }

    @Override
    public int numberOfMessages() {
      return size;
    }

    @Override
    public boolean hasMessages() {
      return size > 0;
    }

    @Override
    public void cleanUp(ActorRef owner, MessageQueue deadLetters) {
      for (var envelope = dequeue(); envelope != null; envelope = dequeue()) {
        if (envelope.message() instanceof Laned laned) {
          laned.undelivered();
        } else {
          deadLetters.enqueue(owner, envelope);
        }
      }
    }

    private void resize() {
      size = control.size() + frames.size();
    }
  }
}
