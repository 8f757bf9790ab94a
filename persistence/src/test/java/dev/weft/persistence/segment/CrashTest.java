package dev.weft.persistence.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.persistence.disk.DiskException;
import dev.weft.persistence.testkit.SimulatedDisk;
import dev.weft.persistence.trace.LossReason;
import dev.weft.persistence.trace.Outcome;
import dev.weft.persistence.trace.TraceItem.TraceRecord;
import dev.weft.persistence.trace.TraceQuery;
import dev.weft.persistence.trace.TraceSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/** Powers off, fills and breaks a simulated disk at random and holds the store to its promises. */
class CrashTest {

  private static final int SEEDS = 300;
  private static final int LIVES = 5;

  @Test
  void whatWasAnsweredIsKeptWhateverHappensToTheDisk() throws IOException {
    for (var seed = 0; seed < SEEDS; seed++) {
      try {
        new World(seed).live();
      } catch (AssertionError | RuntimeException | IOException e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }

  /** One disk and what was promised about it, over several lives of the store. */
  private static final class World {

    private final RandomGenerator random;
    private final SimulatedDisk disk;
    private final TraceSettings settings;
    private final Map<String, Outcome.Kept> kept = new HashMap<>();
    private final List<String> dropped = new ArrayList<>();
    private final Map<String, CompletableFuture<Outcome>> waiting = new HashMap<>();
    private int next;
    private long droppedInLife;

    World(long seed) {
      random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
      disk = new SimulatedDisk(seed);
      settings =
          random.nextBoolean()
              ? TraceStoreContract.settings().withHolds(_ -> 1)
              : TraceStoreContract.encrypting().withHolds(_ -> 1);
    }

    void live() throws IOException {
      for (var life = 0; life < LIVES; life++) {
        var rig = new StoreRig(disk, settings);
        check(rig);
        run(rig);
        disk.limit(Long.MAX_VALUE);
        disk.onForce(SimulatedDisk.Fault.NONE);
        if (random.nextInt(4) == 0) {
          rig.close();
          answer();
          waiting.clear();
        } else if (random.nextBoolean()) {
          disk.crash();
        } else {
          disk.kill();
        }
        waiting.clear();
      }
      try (var rig = new StoreRig(disk, settings)) {
        rig.pass();
        check(rig);
      }
    }

    private void run(StoreRig rig) throws IOException {
      droppedInLife = 0;
      for (var steps = random.nextInt(20); steps > 0; steps--) {
        for (var records = random.nextInt(6); records > 0; records--) {
          var name = "r" + next++;
          waiting.put(name, rig.append("s" + random.nextInt(3), name));
        }
        fault();
        if (random.nextInt(4) > 0) {
          rig.pass();
        }
        answer();
      }
      disk.limit(Long.MAX_VALUE);
      disk.onForce(SimulatedDisk.Fault.NONE);
      rig.pass();
      rig.pass();
      answer();
      assertEquals(droppedInLife, losses(rig) - lossesBefore, "losses of this life");
      if (random.nextBoolean()) {
        var name = "r" + next++;
        waiting.put(name, rig.append("s0", name));
      }
    }

    private long lossesBefore;

    private void fault() {
      switch (random.nextInt(6)) {
        case 0 -> disk.limit(disk.list().stream().mapToLong(disk::size).sum() + 100);
        case 1 -> disk.limit(Long.MAX_VALUE);
        case 2 ->
            disk.onForce(
                name -> {
                  throw new DiskException(DiskException.Kind.FAILED, name + ": fault");
                });
        case 3 -> disk.onForce(SimulatedDisk.Fault.NONE);
        default -> {}
      }
    }

    private void answer() {
      waiting
          .entrySet()
          .removeIf(
              entry -> {
                if (!entry.getValue().isDone()) {
                  return false;
                }
                switch (entry.getValue().join()) {
                  case Outcome.Kept one -> kept.put(entry.getKey(), one);
                  case Outcome.Dropped _ -> {
                    dropped.add(entry.getKey());
                    droppedInLife++;
                  }
                }
                return true;
              });
    }

    private static long losses(StoreRig rig) throws IOException {
      return rig.gaps().stream()
          .filter(gap -> gap.loss().reason() != LossReason.STOPPED_HARD)
          .mapToLong(gap -> gap.loss().count())
          .sum();
    }

    private void check(StoreRig rig) throws IOException {
      lossesBefore = losses(rig);
      var records = rig.records(TraceQuery.all());
      var read = new HashMap<String, TraceRecord>();
      var last = new HashMap<String, Long>();
      for (var record : records) {
        read.put(StoreRig.text(record), record);
        var before = last.put(record.key().session(), record.sequence());
        assertEquals(before == null ? 1 : before + 1, record.sequence(), "a hole");
      }
      assertEquals(records.size(), read.size(), "a record twice");
      kept.forEach(
          (name, outcome) -> {
            var record = read.get(name);
            assertTrue(record != null, () -> "acknowledged and lost: " + name);
            assertEquals(
                outcome, new Outcome.Kept(record.number(), record.sequence()), "its place");
          });
      var numbers = new HashSet<Long>();
      records.forEach(record -> assertTrue(numbers.add(record.number()), "a number twice"));
      var findings = rig.store.verify().findings();
      assertEquals(List.of(), findings);
    }
  }
}
