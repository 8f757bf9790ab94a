package dev.weft.supervisor.evidence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.persistence.disk.DiskException;
import dev.weft.persistence.disk.DiskException.Kind;
import dev.weft.persistence.testkit.ManualPacer;
import dev.weft.persistence.testkit.SimulatedDisk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever a disk does by seed, each decision is in the files once, in order, or told as missing.
 */
class EvidenceFaultsTest {

  private static final int TELLINGS = 200;
  private static final Duration SECOND = Duration.ofSeconds(1);

  static List<Long> seeds() {
    var seeds = new ArrayList<Long>();
    for (var seed = 0L; seed < 100; seed++) {
      seeds.add(seed);
    }
    seeds.add(new Random().nextLong());
    return seeds;
  }

  /** A process that keeps evidence on a disk, until it is killed. */
  private static final class Node {
    final ManualPacer pacer = new ManualPacer();
    final EvidenceRecorder recorder;

    Node(SimulatedDisk disk) {
      var folder = new EvidenceFolder(() -> disk, Tellings.SUBJECT, _ -> {});
      recorder = new EvidenceRecorder(folder, Path.of("nowhere"), pacer);
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void aDiskThatFailsAndRecoversCostsNoDecision(long seed) {
    var random = new Random(seed);
    var disk = new SimulatedDisk(seed);
    var node = new Node(disk);
    var told = new ArrayList<String>();
    Tellings.begin(node.recorder, 1);
    for (var i = 0; i < TELLINGS; i++) {
      fault(random, disk);
      if (random.nextBoolean()) {
        told.add("decision " + i);
        Tellings.pause(node.recorder, told.getLast());
      } else {
        Tellings.look(node.recorder, i);
      }
      if (random.nextInt(4) == 0) {
        node.pacer.pass(SECOND);
      }
    }
    heal(disk);
    node.recorder.close();

    assertEquals(told, decisions(disk, true));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void whatWasDurableOutlivesAnyEndOfTheProcess(long seed) {
    var random = new Random(seed);
    var disk = new SimulatedDisk(seed);
    var told = new ArrayList<String>();
    for (var process = 0; process < 10; process++) {
      var node = new Node(disk);
      for (var i = 0; i < random.nextInt(20); i++) {
        told.add("decision %d of process %d".formatted(i, process));
        Tellings.pause(node.recorder, told.getLast());
        node.pacer.pass(Duration.ZERO);
        Tellings.look(node.recorder, i);
        node.pacer.pass(Duration.ZERO);
      }
      disk.limit(random.nextInt(20_000));
      Tellings.look(node.recorder, 99);
      node.pacer.pass(Duration.ZERO);
      if (random.nextBoolean()) {
        disk.crash();
      } else {
        disk.kill();
      }
      heal(disk);
    }
    var last = new Node(disk);
    told.add("the last");
    Tellings.pause(last.recorder, told.getLast());
    last.recorder.close();

    assertEquals(told, decisions(disk, false));
  }

  private static void fault(Random random, SimulatedDisk disk) {
    switch (random.nextInt(12)) {
      case 0 -> disk.limit(random.nextInt(100_000));
      case 1 ->
          disk.onForce(
              _ -> {
                throw new DiskException(Kind.FAILED, "Input/output error");
              });
      case 2, 3, 4 -> heal(disk);
      default -> {}
    }
  }

  private static void heal(SimulatedDisk disk) {
    disk.limit(Long.MAX_VALUE);
    disk.onForce(SimulatedDisk.Fault.NONE);
  }

  /**
   * The reasons of the pauses in all files, in order.
   *
   * @param isSound whether every file must hold; otherwise the last must
   */
  private static List<String> decisions(SimulatedDisk disk, boolean isSound) {
    var found = new ArrayList<String>();
    var parts = PartNames.among(disk.list(), "minilm-1");
    for (var part : parts) {
      var chain = Chain.of(disk.bytes(PartNames.of("minilm-1", part)));
      if (isSound || part.equals(parts.getLast())) {
        assertTrue(chain.flaw().isEmpty(), () -> part + ": " + chain.flaw());
      }
      chain.entries().stream()
          .filter(entry -> entry.kind().equals("paused"))
          .forEach(entry -> found.add(String.valueOf(entry.body().get("why"))));
    }
    return found;
  }
}
