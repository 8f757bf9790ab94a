package dev.weft.sim.agent;

import java.time.Instant;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import scala.collection.BuildFrom;
import scala.collection.IterableOnce;
import scala.util.Random;
import scala.util.Random$;

/**
 * What Akka's classes call, once {@link TimeAgent} has rewritten them, where they called the JVM:
 * the time and the randomness of the world that the calling thread is in, or the JVM's outside one.
 * There is one of this class per process, whatever class loader a world is of.
 */
public final class WorldTime {

  /** A world's time, of the machine that is running in it at the moment. */
  public interface Source {

    /** Monotonic, from any origin. */
    long nanos();

    Instant instant();

    /** Randomness that nothing else draws from. */
    RandomGenerator random();
  }

  /** Inherited, as threads of a world are made by the thread that runs it. */
  private static final InheritableThreadLocal<@Nullable Source> SOURCE =
      new InheritableThreadLocal<>();

  private static volatile boolean isInstalled;

  private WorldTime() {}

  static void installed() {
    isInstalled = true;
  }

  /** Whether Akka asks here at all. */
  public static boolean isInstalled() {
    return isInstalled;
  }

  /** Has the calling thread be in a world, or in none. Returns what it was in. */
  public static @Nullable Source enter(@Nullable Source source) {
    var before = SOURCE.get();
    SOURCE.set(source);
    return before;
  }

  /** In the place of {@link System#nanoTime}. */
  public static long nanoTime() {
    var source = SOURCE.get();
    return source == null ? System.nanoTime() : source.nanos();
  }

  /** In the place of {@link System#currentTimeMillis}. */
  public static long currentTimeMillis() {
    var source = SOURCE.get();
    return source == null ? System.currentTimeMillis() : source.instant().toEpochMilli();
  }

  /** In the place of {@link Instant#now()}. */
  public static Instant now() {
    var source = SOURCE.get();
    return source == null ? Instant.now() : source.instant();
  }

  /** In the place of {@link UUID#randomUUID}. */
  public static UUID randomUUID() {
    var source = SOURCE.get();
    return source == null
        ? UUID.randomUUID()
        : new UUID(source.random().nextLong(), source.random().nextLong());
  }

  /** In the place of {@link ThreadLocalRandom#nextInt()}. */
  public static int nextInt(ThreadLocalRandom ofThread) {
    return random(ofThread).nextInt();
  }

  /** In the place of {@link ThreadLocalRandom#nextInt(int)}. */
  public static int nextInt(ThreadLocalRandom ofThread, int bound) {
    return random(ofThread).nextInt(bound);
  }

  /** In the place of {@link ThreadLocalRandom#nextInt(int, int)}. */
  public static int nextInt(ThreadLocalRandom ofThread, int from, int bound) {
    return random(ofThread).nextInt(from, bound);
  }

  /** In the place of {@link ThreadLocalRandom#nextLong()}. */
  public static long nextLong(ThreadLocalRandom ofThread) {
    return random(ofThread).nextLong();
  }

  /** In the place of {@link ThreadLocalRandom#nextDouble()}. */
  public static double nextDouble(ThreadLocalRandom ofThread) {
    return random(ofThread).nextDouble();
  }

  private static RandomGenerator random(ThreadLocalRandom ofThread) {
    var source = SOURCE.get();
    return source == null ? ofThread : source.random();
  }

  /** In the place of the method of Scala's global randomness, whose seed is the time. */
  public static Object shuffle(
      Random$ global,
      IterableOnce<Object> elements,
      BuildFrom<IterableOnce<Object>, Object, Object> form) {
    var source = SOURCE.get();
    return source == null
        ? global.shuffle(elements, form)
        : new Random(java.util.Random.from(new SplittableRandom(source.random().nextLong())))
            .shuffle(elements, form);
  }
}
