package dev.weft.sim.world;

import dev.weft.fabric.pipeline.FabricClock;
import dev.weft.persistence.testkit.SimulatedDisk;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One machine of a world: a life between boots, clocks that drift and jump, and disks that outlive
 * it. What a life had ready or planned never happens once it is killed.
 */
public final class Host {

  /** Wall time when a world begins. */
  public static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

  private static final String BUFFER = "buffer";

  private static final long BEGIN_NANOS = BEGIN.getEpochSecond() * 1_000_000_000L;

  private final World world;
  private final String name;
  private final Map<String, SimulatedDisk> disks = new LinkedHashMap<>();
  private JournalRows journal = new JournalRows();
  private final Clock clock = new Clock();
  private int life;
  private boolean isUp;
  private boolean isPaused;
  private final List<Runnable> held = new ArrayList<>();
  private final StepNames names = new StepNames();
  private @Nullable WorldTransport transport;
  private @Nullable Network network;
  private double drift = 1;
  private long driftsFrom;
  private long localFrom;
  private Duration jump = Duration.ZERO;
  private int journalSlowness = 1;

  Host(World world, String name) {
    this.world = world;
    this.name = name;
    disk(BUFFER);
  }

  public World world() {
    return world;
  }

  public String name() {
    return name;
  }

  /** Keeps what the edge buffer writes. */
  public SimulatedDisk disk() {
    return disk(BUFFER);
  }

  /** The disk of this name, empty when first asked for. */
  public SimulatedDisk disk(String purpose) {
    return disks.computeIfAbsent(purpose, _ -> new SimulatedDisk(world.faults().nextLong()));
  }

  /** Keeps what entities persist. */
  public JournalRows journal() {
    return journal;
  }

  /** Has entities here persist where those of {@code other} do, as with a database for both. */
  public void shareJournal(Host other) {
    journal = other.journal;
  }

  /** Has writes to the journal take so many times as long. */
  public void slowJournal(int times) {
    journalSlowness = times;
    world.note("%s: the journal takes %d times as long".formatted(name, times));
  }

  int journalSlowness() {
    return journalSlowness;
  }

  public boolean isUp() {
    return isUp;
  }

  /** Processes that have ended here. */
  public int processes() {
    return life;
  }

  int life() {
    return life;
  }

  boolean lives(int thatLife) {
    return isUp && life == thatLife;
  }

  /** What its present life's steps are called. */
  StepNames names() {
    return names;
  }

  /** Starts a life. */
  public void boot() {
    if (isUp) {
      throw new IllegalStateException(name + " is up (expected: down)");
    }
    isUp = true;
    world.note(name + " boots");
  }

  /** The process is killed: what it wrote stays. */
  public void kill() {
    end("is killed");
    disks.values().forEach(SimulatedDisk::kill);
  }

  /** The process ends by itself. */
  public void exit() {
    end("ends");
    disks.values().forEach(SimulatedDisk::kill);
  }

  /** The machine loses its power: what was not forced to the disk is lost or torn. */
  public void powerOff() {
    end("loses power");
    disks.values().forEach(SimulatedDisk::crash);
  }

  /**
   * The process stands still, as by SIGSTOP: what is ready, what becomes due and what arrives waits
   * until it goes on. Its clocks go on meanwhile, and so does what it asked of others.
   */
  public void pause() {
    if (isUp && !isPaused) {
      isPaused = true;
      world.note(name + " stands still");
    }
  }

  /** The process goes on with all that waited. */
  public void resume() {
    if (isPaused) {
      var paused = life;
      world.after(Duration.ZERO, () -> goOn(paused));
    }
  }

  private void goOn(int paused) {
    if (isPaused && lives(paused)) {
      isPaused = false;
      world.note(name + " goes on");
      var waited = List.copyOf(held);
      held.clear();
      waited.forEach(Runnable::run);
    }
  }

  public boolean isPaused() {
    return isPaused;
  }

  /** Keeps {@code work} until the process goes on, or forever if it is killed before. */
  void hold(Runnable work) {
    held.add(work);
  }

  /** Does something on this machine from outside, as starting what runs there. */
  public <T> T enter(Supplier<T> work) {
    return world.enter(this, work);
  }

  /** Does what has come from outside, or when the process goes on, if it stands still. */
  public void receive(Runnable work) {
    world.arrive(this, life, work);
  }

  /** Connects the actor systems that run here with those of other machines. */
  public void connect(Network with) {
    network = with;
  }

  Network network() {
    if (network == null) {
      throw new IllegalStateException(name + ": no network (expected: one it is connected to)");
    }
    return network;
  }

  /** Has what other machines send come to {@code receiving}, in the present life. */
  void receiveBy(WorldTransport receiving) {
    transport = receiving;
  }

  /** Receives in the present life, if anything does. */
  Optional<WorldTransport> transport() {
    return Optional.ofNullable(transport);
  }

  private void end(String how) {
    isUp = false;
    isPaused = false;
    held.clear();
    transport().ifPresent(WorldTransport::letGo);
    transport = null;
    names.clear();
    life++;
    world.note(name + " " + how);
  }

  /** Lets time pass here as many times as fast as in the world. */
  public void drift(double factor) {
    if (!(factor > 0)) {
      throw new IllegalArgumentException("drift: %s (expected: > 0)".formatted(factor));
    }
    localFrom = localNanos();
    driftsFrom = world.nanos();
    drift = factor;
  }

  /** Sets the wall clock forth or back. */
  public void jump(Duration by) {
    jump = jump.plus(by);
    world.note("%s: wall clock jumps by %s".formatted(name, by));
  }

  /**
   * The machine's clocks; the monotonic one starts at the wall time, as if none told them apart.
   */
  public FabricClock clock() {
    return clock;
  }

  /** The machine's wall clock. */
  public InstantSource wallClock() {
    return clock;
  }

  /** Does {@code work} here after {@code delay} of this machine's time, if it lives until then. */
  public World.Timer after(Duration delay, Runnable work) {
    return timer(delay.toNanos(), work);
  }

  World.Timer timer(long delayNanos, Runnable work) {
    return world.timer((long) Math.ceil(delayNanos / drift), this, work);
  }

  /** Lets the calling thread, one of this machine's, sleep, unless it is unparked before. */
  public void sleep(Duration time) {
    WorldThreads.sleep(this, time.toNanos());
  }

  private long localNanos() {
    return localFrom + (long) ((world.nanos() - driftsFrom) * drift);
  }

  private final class Clock implements FabricClock, InstantSource {
    @Override
    public long nanos() {
      return BEGIN_NANOS + localNanos();
    }

    @Override
    public long cpuNanos() {
      return nanos();
    }

    @Override
    public Instant instant() {
      return BEGIN.plusNanos(localNanos()).plus(jump);
    }
  }
}
