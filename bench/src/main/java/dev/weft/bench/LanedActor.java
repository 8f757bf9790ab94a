package dev.weft.bench;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.MailboxSelector;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.AbstractOnMessageBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.concurrent.CountDownLatch;

/**
 * Handles messages of four lanes, most urgent first, in one of two ways: the mailbox is the queue,
 * or an unbounded mailbox is drained into a queue inside the actor.
 */
final class LanedActor extends AbstractOnMessageBehavior<LanedActor.Command> {

  sealed interface Command {}

  private record Work(int lane, CountDownLatch handled)
      implements Command, FourLanesMailbox.Laned {}

  /** Asks to handle one message of the queue inside, after those that have come meanwhile. */
  private enum Next implements Command {
    INSTANCE
  }

  /** Where messages wait. */
  enum Queue {
    MAILBOX,
    INSIDE
  }

  /** An actor at work, for those who speak no Akka. */
  static final class Running implements AutoCloseable {

    private final ActorSystem<Void> system;
    private final ActorRef<Command> actor;

    private Running(ActorSystem<Void> system, ActorRef<Command> actor) {
      this.system = system;
      this.actor = actor;
    }

    /** Sends as many messages, spread over the lanes, and waits until all are handled. */
    void handle(int messages) throws InterruptedException {
      var handled = new CountDownLatch(messages);
      for (var i = 0; i < messages; i++) {
        actor.tell(new Work(i % FourLanes.COUNT, handled));
      }
      handled.await();
    }

    @Override
    public void close() {
      system.terminate();
      system.getWhenTerminated().toCompletableFuture().join();
    }
  }

  private static final Config CONFIG =
      ConfigFactory.parseString(
              """
              laned.mailbox.mailbox-type = "dev.weft.bench.FourLanesMailbox"
              laned.loop {
                type = Dispatcher
                executor = thread-pool-executor
                thread-pool-executor.fixed-pool-size = 1
              }
              akka.coordinated-shutdown.exit-jvm = off
              akka.loglevel = ERROR
              """)
          .withFallback(ConfigFactory.load());

  private final Queue queue;
  private final FourLanes<Work> waiting = new FourLanes<>();

  private LanedActor(ActorContext<Command> context, Queue queue) {
    super(context);
    this.queue = queue;
  }

  /** Starts one on a thread of its own. */
  static Running start(Queue queue) {
    var system = ActorSystem.<Void>create(Behaviors.empty(), "laned", CONFIG);
    Behavior<Command> behavior = Behaviors.setup(context -> new LanedActor(context, queue));
    Props loop = DispatcherSelector.fromConfig("laned.loop");
    var props =
        queue == Queue.MAILBOX
            ? MailboxSelector.fromConfig("laned.mailbox").withNext(loop)
            : MailboxSelector.defaultMailbox().withNext(loop);
    return new Running(system, system.systemActorOf(behavior, "laned", props));
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    switch (command) {
      case Work work -> onWork(work);
      case Next _ -> onNext();
    }
    return this;
  }

  private void onWork(Work work) {
    if (queue == Queue.MAILBOX) {
      work.handled().countDown();
      return;
    }
    waiting.offer(work.lane(), work);
    if (waiting.size() == 1) {
      getContext().getSelf().tell(Next.INSTANCE);
    }
  }

  private void onNext() {
    var work = waiting.poll();
    if (work != null) {
      work.handled().countDown();
    }
    if (waiting.size() > 0) {
      getContext().getSelf().tell(Next.INSTANCE);
    }
  }
}
