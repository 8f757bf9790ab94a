package dev.weft.sim.world;

import akka.dispatch.DispatcherPrerequisites;
import akka.dispatch.ExecutorServiceConfigurator;
import akka.dispatch.ExecutorServiceFactory;
import akka.dispatch.Mailbox;
import com.typesafe.config.Config;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/** Gives Akka's dispatchers the world as their executor. Made by Akka, from {@link WorldConfig}. */
public final class WorldExecutor extends ExecutorServiceConfigurator {

  private final Host host;
  private final boolean hasThreads;

  /** Called by Akka. */
  public WorldExecutor(Config config, DispatcherPrerequisites prerequisites) {
    super(config, prerequisites);
    host = WorldConfig.host(prerequisites.settings().config());
    hasThreads = config.getBoolean(WorldConfig.THREADS);
  }

  @Override
  public ExecutorServiceFactory createExecutorServiceFactory(String id, ThreadFactory threads) {
    return () -> new Tasks(host, hasThreads);
  }

  /** Lets a machine run tasks, those that may sleep on a thread of their own. */
  private static final class Tasks extends AbstractExecutorService {

    private final Host host;
    private final int life;
    private final boolean hasThreads;
    private boolean isDown;

    Tasks(Host host, boolean hasThreads) {
      this.host = host;
      this.life = host.life();
      this.hasThreads = hasThreads;
    }

    @Override
    public void execute(Runnable task) {
      if (!host.lives(life)) {
        return;
      }
      if (hasThreads && !(task instanceof Mailbox)) {
        WorldThreads.thread(host, task).start();
      } else {
        host.world().ready(host, life, task);
      }
    }

    @Override
    public void shutdown() {
      isDown = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
      isDown = true;
      return List.of();
    }

    @Override
    public boolean isShutdown() {
      return isDown;
    }

    @Override
    public boolean isTerminated() {
      return isDown;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return true;
    }
  }
}
