package dev.weft.sim.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Virtual time, machines that are killed, and the network between them. */
class WorldTest {

  @Test
  void timersFireInTheOrderOfTheirTimes() {
    try (var world = new World(1)) {
      var seen = new ArrayList<String>();
      world.after(Duration.ofHours(2), () -> seen.add("late at " + world.time()));
      world.after(Duration.ofHours(1), () -> seen.add("early at " + world.time()));

      world.pass(Duration.ofHours(3));

      assertEquals(List.of("early at PT1H", "late at PT2H"), seen);
      assertEquals(Duration.ofHours(3), world.time());
    }
  }

  @Test
  void whatAKilledMachinePlannedNeverHappens() {
    try (var world = new World(1)) {
      var host = world.host("a");
      var seen = new ArrayList<String>();
      host.boot();
      host.after(Duration.ofSeconds(1), () -> seen.add("first life"));
      host.kill();
      host.boot();
      host.after(Duration.ofSeconds(1), () -> seen.add("second life"));

      world.pass(Duration.ofSeconds(2));

      assertEquals(List.of("second life"), seen);
    }
  }

  @Test
  void aThreadSleepsInVirtualTimeAndIsNeverRunAgainAfterAKill() {
    try (var world = new World(1)) {
      var host = world.host("a");
      var seen = new ArrayList<String>();
      host.boot();
      WorldThreads.thread(
              host,
              () -> {
                host.sleep(Duration.ofSeconds(10));
                seen.add("woke at " + world.time());
                host.sleep(Duration.ofSeconds(10));
                seen.add("woke again");
              })
          .start();

      world.pass(Duration.ofSeconds(15));
      host.kill();
      world.pass(Duration.ofSeconds(15));

      assertEquals(List.of("woke at PT10S"), seen);
    }
  }

  @Test
  void aClockDriftsAndOnlyTheWallClockJumps() {
    try (var world = new World(1)) {
      var host = world.host("a");
      host.drift(2);
      var began = host.clock().nanos();

      world.pass(Duration.ofSeconds(5));
      host.jump(Duration.ofHours(1));

      assertEquals(Duration.ofSeconds(10).toNanos(), host.clock().nanos() - began);
      assertEquals(
          Host.BEGIN.plusSeconds(10).plus(Duration.ofHours(1)), host.wallClock().instant());
    }
  }

  @Test
  void aCutLinkLosesEverythingInItsDirectionOnly() {
    try (var world = new World(1)) {
      var network = new Network(world, Network.Weather.CALM);
      var seen = new ArrayList<String>();
      network.cut("a", "b");
      network.send("a", "b", () -> seen.add("there"));
      network.send("b", "a", () -> seen.add("back"));

      world.pass(Duration.ofSeconds(1));

      assertEquals(List.of("back"), seen);
      assertTrue(network.isCut("a", "b"));
      assertFalse(network.isCut("b", "a"));
    }
  }

  @Test
  void aMachineThatStandsStillDoesLaterWhatItMissed() {
    try (var world = new World(1)) {
      var host = world.host("a");
      var seen = new ArrayList<String>();
      host.boot();
      host.after(Duration.ofSeconds(1), () -> seen.add("one at " + world.time()));
      host.after(Duration.ofSeconds(3), () -> seen.add("two at " + world.time()));
      host.pause();
      world.pass(Duration.ofSeconds(2));
      host.receive(() -> seen.add("heard at " + world.time()));
      assertEquals(List.of(), seen);

      host.resume();
      world.pass(Duration.ofSeconds(2));

      assertEquals(List.of("heard at PT2S", "one at PT2S", "two at PT3S"), seen);
    }
  }

  @Test
  void aMachineThatIsKilledWhileItStandsStillMissesItForGood() {
    try (var world = new World(1)) {
      var host = world.host("a");
      var seen = new ArrayList<String>();
      host.boot();
      host.after(Duration.ofSeconds(1), () -> seen.add("first life"));
      host.pause();
      world.pass(Duration.ofSeconds(2));
      host.kill();
      host.boot();
      host.resume();
      world.pass(Duration.ofSeconds(2));

      assertEquals(List.of(), seen);
      assertFalse(host.isPaused());
    }
  }

  @Test
  void aConnectionKeepsItsOrderWhateverIsLost() {
    for (var seed = 1; seed <= 50; seed++) {
      try (var world = new World(seed)) {
        var network = new Network(world, new Network.Weather(0.3, 0.5, Duration.ofMillis(20)));
        var seen = new ArrayList<Integer>();
        var sent = IntStream.range(0, 20).boxed().toList();
        sent.forEach(i -> network.stream("a", "b", true, () -> seen.add(i)));
        world.pass(Duration.ofMillis(30));
        network.cut("a", "b");
        world.pass(Duration.ofSeconds(9));
        network.heal("a", "b");
        world.pass(Duration.ofSeconds(9));

        assertEquals(sent, seen, "seed " + seed);
      }
    }
  }

  @Test
  void aClockThatDriftsAnewGoesOnFromWhereItWas() {
    try (var world = new World(1)) {
      var host = world.host("a");
      var began = host.clock().nanos();
      host.drift(2);
      world.pass(Duration.ofSeconds(5));
      host.drift(0.5);
      world.pass(Duration.ofSeconds(4));

      assertEquals(Duration.ofSeconds(12).toNanos(), host.clock().nanos() - began);
    }
  }

  @Test
  void historiesDifferBySteps() {
    var one = new History();
    var other = new History();
    one.add(1_500_000, "begins");
    other.add(1_500_000, "begins");

    assertEquals(one.digest(), other.digest());
    assertEquals("    0.001500  begins", one.lines().getFirst());
    other.step(2, 1);
    assertNotEquals(one.digest(), other.digest());
  }

  @Test
  void aTaskThatThrowsIsAProblemOfTheWorld() {
    try (var world = new World(1)) {
      world.after(
          Duration.ZERO,
          () -> {
            throw new IllegalStateException("broken");
          });

      world.pass(Duration.ofSeconds(1));

      assertEquals(1, world.problems().size());
      assertTrue(world.problems().getFirst().contains("broken"));
    }
  }
}
