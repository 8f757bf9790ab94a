package dev.weft.sim.world;

import dev.weft.sim.agent.WorldTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;
import scala.Function0;
import scala.concurrent.BlockContext;
import scala.concurrent.CanAwait;

/**
 * One seeded world in one thread: machines, what they have ready to run, and timers. Each step runs
 * a random task of those ready; time moves, to the next timer, only when nothing is. The same seed
 * gives the same steps.
 *
 * <p>Work done on a machine takes no virtual time of its own: what is to take time, such as a run
 * of a model or a write, says so with a timer.
 */
public final class World implements AutoCloseable {

  /**
   * Actors that block until Akka's cluster is there, which itself waits for who comes before them.
   */
  private static final String BLOCKED_AT_START = "/system/cluster/core/";

  private static final int STEPS_AT_ONE_TIME_MAX = 5_000_000;

  private static final Map<String, World> OPEN = new ConcurrentHashMap<>();

  private record Task(@Nullable Host host, int life, Runnable work) {
    boolean isAlive() {
      return host == null || host.lives(life);
    }

    /** Whether its machine stands still; then {@code later} is done when that goes on. */
    boolean isHeld(Runnable later) {
      if (host == null || !host.isPaused()) {
        return false;
      }
      host.hold(later);
      return true;
    }
  }

  /** Something that is to happen later. */
  public static final class Timer implements Comparable<Timer> {
    private final long at;
    private final long order;
    private @Nullable Task task;

    private Timer(long at, long order, Task task) {
      this.at = at;
      this.order = order;
      this.task = task;
    }

    /** Prevents it, and lets go of what it was to do; false if that was done before. */
    public boolean cancel() {
      var was = isCancelled();
      task = null;
      return !was;
    }

    public boolean isCancelled() {
      return task == null;
    }

    @Override
    public int compareTo(Timer other) {
      return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
    }
  }

  private final String id;
  private final long seed;
  private final History history = new History();
  private final RandomGenerator scheduling;
  private final RandomGenerator network;
  private final RandomGenerator faults;
  private final RandomGenerator load;
  private final RandomGenerator threads;
  private final Time time;
  private final Thread owner = Thread.currentThread();
  private final List<Task> ready = new ArrayList<>();
  private final PriorityQueue<Timer> timers = new PriorityQueue<>();
  private final Map<String, Host> hosts = new LinkedHashMap<>();
  private final List<String> problems = new ArrayList<>();
  private long nanos;
  private long ordered;
  private long stepsNow;
  private @Nullable Host running;
  private Consumer<World> watcher = _ -> {};
  private final ClassLoader loaderOutside;

  public World(long seed) {
    this.seed = seed;
    // Streams of their own, so that one more draw in one does not shift the others.
    var seeds = random(seed);
    this.scheduling = random(seeds.nextLong());
    this.network = random(seeds.nextLong());
    this.faults = random(seeds.nextLong());
    this.load = random(seeds.nextLong());
    this.threads = random(seeds.nextLong());
    this.time = new Time(random(seeds.nextLong()));
    this.id = "%d-%s".formatted(seed, Integer.toHexString(System.identityHashCode(this)));
    OPEN.put(id, this);
    this.loaderOutside = WorldLoader.enter();
  }

  private static RandomGenerator random(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  static World of(String id) {
    var world = OPEN.get(id);
    if (world == null) {
      throw new IllegalStateException("world: '%s' (expected: an open one)".formatted(id));
    }
    return world;
  }

  String id() {
    return id;
  }

  public long seed() {
    return seed;
  }

  public History history() {
    return history;
  }

  /** For what goes wrong. */
  public RandomGenerator faults() {
    return faults;
  }

  /** For what is asked of nodes, and how long they take. */
  public RandomGenerator load() {
    return load;
  }

  RandomGenerator network() {
    return network;
  }

  /** For the threads that run in this world. */
  long threadSeed() {
    return threads.nextLong();
  }

  /** Virtual time since the world began. */
  public long nanos() {
    return nanos;
  }

  public Duration time() {
    return Duration.ofNanos(nanos);
  }

  /** The machine of this name, made when first asked for. */
  public Host host(String name) {
    return hosts.computeIfAbsent(name, _ -> new Host(this, name));
  }

  /** Takes note of what happened. */
  public void note(String event) {
    history.add(nanos, event);
  }

  /** Has {@code watcher} told how far it is, whenever {@link #tellProgress} says so. */
  public void watchBy(Consumer<World> watcher) {
    this.watcher = watcher;
  }

  /** Tells who watches. */
  public void tellProgress() {
    watcher.accept(this);
  }

  /** Takes note of something that must not happen, whoever sees it. */
  public void problem(String what) {
    note("PROBLEM " + what);
    problems.add(what);
  }

  public List<String> problems() {
    return List.copyOf(problems);
  }

  /** Does {@code work} of no machine's after {@code delay}. */
  public Timer after(Duration delay, Runnable work) {
    return timer(delay.toNanos(), null, work);
  }

  Timer timer(long delayNanos, @Nullable Host host, Runnable work) {
    requireOwner(work);
    var at = nanos + Math.max(0, delayNanos);
    var timer = new Timer(at < 0 ? Long.MAX_VALUE : at, ordered++, task(host, work));
    timers.add(timer);
    return timer;
  }

  void ready(Host host, int life, Runnable work) {
    requireOwner(work);
    ready.add(new Task(host, life, work));
  }

  private static Task task(@Nullable Host host, Runnable work) {
    return new Task(host, host == null ? 0 : host.life(), work);
  }

  /** Akka's own threads, the common pool: whatever comes from there would come at any time. */
  private void requireOwner(Runnable work) {
    var thread = Thread.currentThread();
    if (thread != owner && !WorldThreads.isOurs(thread)) {
      throw new IllegalStateException(
          "thread: %s brings %s (expected: the thread of the world)".formatted(thread, work));
    }
  }

  /** Lets {@code time} pass. */
  public void pass(Duration time) {
    var end = nanos + time.toNanos();
    run(end, () -> false);
    nanos = end;
  }

  /** Lets time pass until {@code done}, or at most {@code time}; says whether it is done. */
  public boolean passUntil(BooleanSupplier done, Duration time) {
    run(nanos + time.toNanos(), done);
    return done.getAsBoolean();
  }

  private void run(long end, BooleanSupplier done) {
    enter(
        () -> {
          while (!done.getAsBoolean()) {
            var next = timers.peek();
            if (ready.isEmpty() && (next == null || next.at > end)) {
              return true;
            }
            step();
          }
          return true;
        });
  }

  /** Does something from outside, with Akka's waiting turned into steps. */
  public <T> T enter(Supplier<T> work) {
    return enter(null, work);
  }

  <T> T enter(@Nullable Host host, Supplier<T> work) {
    WorldThreads.seedCurrent(threads.nextLong());
    var outside = WorldTime.enter(time);
    var before = running;
    running = host;
    try {
      return BlockContext.withBlockContext(new Pump(), (Function0<T>) work::get);
    } finally {
      running = before;
      WorldTime.enter(outside);
    }
  }

  /** Does {@code work} on a machine at once, or when it goes on, if it stands still. */
  void arrive(Host host, int life, Runnable work) {
    if (host.isPaused()) {
      host.hold(() -> arrive(host, life, work));
    } else if (host.lives(life)) {
      run(new Task(host, life, work), StepName.ARRIVAL);
    }
  }

  private void step() {
    if (ready.isEmpty()) {
      var next = timers.poll();
      if (next != null) {
        stepsNow = next.at > nanos ? 0 : stepsNow;
        nanos = Math.max(nanos, next.at);
        var task = next.task;
        if (task != null && task.isAlive() && !task.isHeld(() -> timers.add(next))) {
          run(task, StepName.TIMER);
        }
      }
      return;
    }
    if (stepsNow++ > STEPS_AT_ONE_TIME_MAX) {
      throw new IllegalStateException(
          "steps at one time: > %d (expected: tasks that let time pass)"
              .formatted(STEPS_AT_ONE_TIME_MAX));
    }
    var at = scheduling.nextInt(ready.size());
    var last = ready.removeLast();
    var chosen = at == ready.size() ? last : ready.set(at, last);
    if (chosen.isAlive() && !chosen.isHeld(() -> ready.add(chosen))) {
      run(chosen, name(chosen));
    }
  }

  private void run(Task task, StepName name) {
    history.step(nanos, task.host == null ? name.hash() : name.hashAfter(task.host.name()));
    var before = running;
    running = task.host;
    try {
      task.work.run();
    } catch (RuntimeException e) {
      problem("%s threw %s".formatted(name, e));
    } finally {
      running = before;
      if (task.host != null) {
        task.host.names().ran(task.work);
      }
    }
  }

  private static StepName name(Task task) {
    return task.host == null ? StepName.TASK : task.host.names().of(task.work);
  }

  @Override
  public void close() {
    OPEN.remove(id);
    WorldLoader.leave(loaderOutside);
  }

  /** What Akka takes for the time: that of the machine that is running. */
  private final class Time implements WorldTime.Source {
    private final RandomGenerator random;

    Time(RandomGenerator random) {
      this.random = random;
    }

    @Override
    public long nanos() {
      return running == null ? nanos : running.clock().nanos();
    }

    @Override
    public Instant instant() {
      return running == null ? Host.BEGIN.plusNanos(nanos) : running.wallClock().instant();
    }

    @Override
    public RandomGenerator random() {
      return random;
    }
  }

  /**
   * Runs what the same machine has ready, in order, while Akka waits for something at its start.
   * Time stands still.
   */
  private final class Pump implements BlockContext {
    @Override
    public <T> T blockOn(Function0<T> awaited, CanAwait permission) {
      var done = Awaited.future(awaited);
      var at = 0;
      while (!done.isCompleted() && at < ready.size()) {
        var task = ready.get(at);
        var name = name(task);
        if (task.host != running || name.startsWith(BLOCKED_AT_START)) {
          at++;
          continue;
        }
        ready.remove(at);
        at = 0;
        if (task.isAlive()) {
          run(task, name);
        }
      }
      if (!done.isCompleted()) {
        throw new IllegalStateException(
            "Akka waits for %s, which nothing that is ready brings".formatted(done));
      }
      return awaited.apply();
    }
  }
}
