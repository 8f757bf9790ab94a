package dev.weft.sim.world;

import dev.weft.fabric.pipeline.FabricClock;
import dev.weft.persistence.testkit.SimulatedDisk;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

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
  private double drift = 1;
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

  int life() {
    return life;
  }

  boolean lives(int thatLife) {
    return isUp && life == thatLife;
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

  /** The machine loses its power: what was not forced to the disk is lost or torn. */
  public void powerOff() {
    end("loses power");
    disks.values().forEach(SimulatedDisk::crash);
  }

  private void end(String how) {
    isUp = false;
    life++;
    world.note(name + " " + how);
  }

  /** Lets time pass here as many times as fast as in the world. */
  public void drift(double factor) {
    if (!(factor > 0)) {
      throw new IllegalArgumentException("drift: %s (expected: > 0)".formatted(factor));
    }
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
    return (long) (world.nanos() * drift);
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
