package dev.weft.sim.world;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * Threads that run on a machine of a world: virtual ones of the JDK, whose scheduler is the world.
 * So code that parks, such as an inference loop, runs as it is, in turn with all else, and a thread
 * of a killed machine is simply never run again.
 *
 * <p>Needs {@value #FLAG}: the JDK has no public way yet to bring one's own scheduler, nor to seed
 * the randomness that Akka takes from a thread.
 */
public final class WorldThreads {

  static final String FLAG = "--add-opens=java.base/java.lang=ALL-UNNAMED";

  private static final String NAME = "weft-sim-";
  private static final MethodHandle MAKE;
  private static final VarHandle RANDOM_SEED;
  private static final VarHandle RANDOM_PROBE;

  static {
    try {
      var lookup = MethodHandles.privateLookupIn(Thread.class, MethodHandles.lookup());
      var builders = Class.forName("java.lang.ThreadBuilders");
      MAKE =
          MethodHandles.privateLookupIn(builders, MethodHandles.lookup())
              .findStatic(
                  builders,
                  "newVirtualThread",
                  MethodType.methodType(
                      Thread.class, Executor.class, String.class, int.class, Runnable.class));
      RANDOM_SEED = lookup.findVarHandle(Thread.class, "threadLocalRandomSeed", long.class);
      RANDOM_PROBE = lookup.findVarHandle(Thread.class, "threadLocalRandomProbe", int.class);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "JVM: %s is closed to the simulator (expected: started with %s, as ./weft does)"
              .formatted(e.getMessage(), FLAG),
          e);
    }
  }

  private WorldThreads() {}

  /** Makes threads that run on {@code host}, in its present life. */
  static ThreadFactory factory(Host host) {
    return work -> thread(host, work);
  }

  static Thread thread(Host host, Runnable work) {
    try {
      var life = host.life();
      var executor = (Executor) task -> host.world().ready(host, life, task);
      var made = (Thread) MAKE.invoke(executor, NAME + host.name(), 0, work);
      seed(made, host.world().threadSeed());
      return made;
    } catch (Throwable e) {
      throw new IllegalStateException("no thread for " + host.name(), e);
    }
  }

  static boolean isOurs(Thread thread) {
    return thread.isVirtual() && thread.getName().startsWith(NAME);
  }

  /** Makes what the calling thread draws from {@link ThreadLocalRandom} follow from a seed. */
  static void seedCurrent(long seed) {
    ThreadLocalRandom.current();
    seed(Thread.currentThread(), seed);
  }

  private static void seed(Thread thread, long seed) {
    RANDOM_SEED.set(thread, seed);
    if ((int) RANDOM_PROBE.get(thread) == 0) {
      RANDOM_PROBE.set(thread, 1);
    }
  }

  /** Lets the calling thread, one of a world's, sleep in virtual time or until it is unparked. */
  static void sleep(Host host, long nanos) {
    var me = Thread.currentThread();
    if (!isOurs(me)) {
      throw new IllegalStateException("thread: %s (expected: one of a world)".formatted(me));
    }
    var timer = host.timer(nanos, () -> LockSupport.unpark(me));
    LockSupport.park();
    timer.cancel();
  }
}
