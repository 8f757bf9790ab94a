package dev.weft.bench;

import akka.actor.ActorRef;
import akka.actor.ActorSystem;
import akka.dispatch.Envelope;
import akka.dispatch.MailboxType;
import akka.dispatch.MessageQueue;
import akka.dispatch.ProducesMessageQueue;
import com.typesafe.config.Config;
import org.jspecify.annotations.Nullable;
import scala.Option;

/** A mailbox that is the queue: four lanes behind one lock, as bare as can be. */
public final class FourLanesMailbox implements MailboxType, ProducesMessageQueue<MessageQueue> {

  /** A message that says where it waits. */
  interface Laned {
    int lane();
  }

  /** Called by Akka. */
  public FourLanesMailbox(ActorSystem.Settings settings, Config config) {}

  @Override
  public MessageQueue create(Option<ActorRef> owner, Option<ActorSystem> system) {
    return new Lanes();
  }

  private static final class Lanes implements MessageQueue {

    private final FourLanes<Envelope> lanes = new FourLanes<>();
    private volatile int size;

    @Override
    public synchronized void enqueue(ActorRef receiver, Envelope envelope) {
      lanes.offer(envelope.message() instanceof Laned laned ? laned.lane() : 0, envelope);
      size = lanes.size();
    }

    @Override
    public synchronized @Nullable Envelope dequeue() {
      var next = lanes.poll();
      size = lanes.size();
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
        deadLetters.enqueue(owner, envelope);
      }
    }
  }
}
