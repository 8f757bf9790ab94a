package dev.weft.persistence.mirror;

import dev.weft.persistence.disk.Disk;
import dev.weft.persistence.testkit.SimulatedDisk;
import java.io.IOException;
import java.util.List;
import java.util.TreeMap;

/** Mirrors on simulated disks, by source. */
final class SimulatedShelf implements MirrorShelf {

  private static final long CURSORS = 1_000_000;

  private final TreeMap<String, SimulatedDisk> mirrors;
  private final TreeMap<String, SimulatedDisk> cursors;
  private final long seed;

  /** Whether nothing can be deleted. */
  boolean isKeeping;

  SimulatedShelf(
      TreeMap<String, SimulatedDisk> mirrors, TreeMap<String, SimulatedDisk> cursors, long seed) {
    this.mirrors = mirrors;
    this.cursors = cursors;
    this.seed = seed;
  }

  @Override
  public List<String> sources() {
    return List.copyOf(mirrors.keySet());
  }

  @Override
  public Disk mirror(String source) {
    return mirrors.computeIfAbsent(source, _ -> new SimulatedDisk(seed));
  }

  @Override
  public Disk cursors(String source) {
    return cursors.computeIfAbsent(source, _ -> new SimulatedDisk(seed + CURSORS));
  }

  @Override
  public void delete(String source) throws IOException {
    if (isKeeping) {
      throw new IOException("read-only");
    }
    mirrors.remove(source);
    cursors.remove(source);
  }
}
