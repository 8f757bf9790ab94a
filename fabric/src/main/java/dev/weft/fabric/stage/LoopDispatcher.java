package dev.weft.fabric.stage;

import akka.actor.setup.Setup;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.DispatcherSelector;
import akka.dispatch.Dispatcher;
import akka.dispatch.DispatcherPrerequisites;
import akka.dispatch.ExecutorServiceFactory;
import akka.dispatch.ExecutorServiceFactoryProvider;
import akka.dispatch.Mailbox;
import akka.dispatch.MessageDispatcher;
import akka.dispatch.MessageDispatcherConfigurator;
import com.typesafe.config.Config;
import dev.weft.fabric.lane.LaneBox;
import dev.weft.fabric.loop.InferenceLoop;
import dev.weft.fabric.loop.LanedTask;
import dev.weft.fabric.manifest.Lane;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import scala.concurrent.duration.Duration;
import scala.concurrent.duration.FiniteDuration;

/** An Akka dispatcher whose thread is one {@link InferenceLoop}. */
public final class LoopDispatcher extends Dispatcher {

  private final InferenceLoop loop;

  private LoopDispatcher(MessageDispatcherConfigurator configurator, String id, Threads threads) {
    super(configurator, id, 1, Duration.Zero(), threads, new FiniteDuration(1, TimeUnit.SECONDS));
    this.loop = threads.loop;
  }

  /**
   * Of a mailbox that the loop has already but left waiting, Akka tells nobody: it is told here.
   */
  @Override
  public boolean registerForExecution(
      Mailbox mailbox, boolean hasMessageHint, boolean hasSystemMessageHint) {
    var isNew = super.registerForExecution(mailbox, hasMessageHint, hasSystemMessageHint);
    if (!isNew) {
      loop.lookAgain();
    }
    return isNew;
  }

  /** The loop of the dispatcher configured at {@code path}. */
  static InferenceLoop loop(ActorSystem<?> system, String path) {
    if (system.dispatchers().lookup(DispatcherSelector.fromConfig(path))
        instanceof LoopDispatcher dispatcher) {
      return dispatcher.loop;
    }
    throw new IllegalStateException(path + " is not the dispatcher of an inference loop");
  }

  /**
   * Makes the loops of an actor system run on threads of one's own, as a simulation has them; part
   * of the system's setup. Without it they run on threads of Akka's.
   */
  public static final class LoopThreads extends Setup {

    private final ThreadFactory factory;

    public LoopThreads(ThreadFactory factory) {
      this.factory = factory;
    }
  }

  /** Called by Akka. */
  public static final class Configurator extends MessageDispatcherConfigurator {

    private final LoopDispatcher dispatcher;

    public Configurator(Config config, DispatcherPrerequisites prerequisites) {
      super(config, prerequisites);
      var id = config.getString("id");
      this.dispatcher = new LoopDispatcher(this, id, new Threads(id, prerequisites));
    }

    @Override
    public MessageDispatcher dispatcher() {
      return dispatcher;
    }
  }

  /**
   * Gives Akka the loop as an executor, anew each time the dispatcher wakes from having no actor.
   */
  private static final class Threads implements ExecutorServiceFactoryProvider {

    private final InferenceLoop loop;

    Threads(String id, DispatcherPrerequisites prerequisites) {
      var given = prerequisites.settings().setup().get(LoopThreads.class);
      this.loop =
          new InferenceLoop(
              given.isPresent() ? given.get().factory : named(prerequisites.threadFactory(), id));
    }

    private static ThreadFactory named(ThreadFactory factory, String id) {
      return factory instanceof akka.dispatch.MonitorableThreadFactory monitorable
          ? monitorable.withName(monitorable.name() + "-" + id)
          : factory;
    }

    @Override
    public ExecutorServiceFactory createExecutorServiceFactory(String id, ThreadFactory factory) {
      return () -> {
        loop.start();
        return new Tasks(loop);
      };
    }
  }

  /** Shows the loop what waits in the mailboxes that Akka wants run. */
  private static final class Tasks extends AbstractExecutorService {

    private final InferenceLoop loop;

    Tasks(InferenceLoop loop) {
      this.loop = loop;
    }

    @Override
    public void execute(Runnable task) {
      loop.execute(
          task instanceof Mailbox mailbox
                  && mailbox.messageQueue() instanceof LaneMailbox.Lanes lanes
              ? lanes.task(mailbox)
              : task);
    }

    @Override
    public void shutdown() {
      loop.shutdown();
    }

    @Override
    public List<Runnable> shutdownNow() {
      return loop.shutdownNow();
    }

    @Override
    public boolean isShutdown() {
      return loop.isShutdown();
    }

    @Override
    public boolean isTerminated() {
      return loop.isTerminated();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
      return loop.awaitTermination(timeout, unit);
    }
  }

  /** One mailbox as the loop sees it; made once for each. */
  static final class MailboxTask implements LanedTask {

    private final Mailbox mailbox;
    private final LaneMailbox.Lanes lanes;

    MailboxTask(Mailbox mailbox, LaneMailbox.Lanes lanes) {
      this.mailbox = mailbox;
      this.lanes = lanes;
    }

    @Override
    public LaneBox<?> box() {
      return lanes.box();
    }

    @Override
    public boolean isUrgent() {
      return lanes.hasControl() || lanes.box().isEmpty() || mailbox.hasSystemMessages();
    }

    @Override
    public boolean endsSoon() {
      return lanes.endsSoon();
    }

    @Override
    public void serve(Lane lane) {
      lanes.serve(lane);
    }

    @Override
    public void run() {
      mailbox.run();
    }
  }
}
