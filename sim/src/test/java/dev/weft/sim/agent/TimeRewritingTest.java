package dev.weft.sim.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.sim.world.World;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.instruction.InvokeInstruction;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import scala.concurrent.duration.Deadline;

/** Akka's classes ask the world for the time, when they were loaded by a JVM with the agent. */
class TimeRewritingTest {

  @Test
  void callsOfTheJvmsTimeBecomeCallsOfTheWorlds() throws IOException {
    var bytes = bytes("akka/cluster/CrossDcHeartbeatSender");

    var rewritten = Objects.requireNonNull(TimeRewriting.rewritten(bytes));

    assertTrue(called(bytes).contains("java/lang/System.nanoTime"));
    assertFalse(called(rewritten).contains("java/lang/System.nanoTime"));
    assertTrue(called(rewritten).contains("dev/weft/sim/agent/WorldTime.nanoTime"));
  }

  @Test
  void theGlobalRandomnessOfScalaBecomesTheWorlds() throws IOException {
    var bytes = bytes("akka/cluster/GossipTargetSelector");

    var rewritten = Objects.requireNonNull(TimeRewriting.rewritten(bytes));

    assertTrue(called(rewritten).contains("dev/weft/sim/agent/WorldTime.shuffle"));
    assertFalse(called(rewritten).contains("scala/util/Random$.shuffle"));
  }

  @Test
  void whatAThreadWouldDrawTheWorldDraws() throws IOException {
    var bytes = bytes("akka/actor/ActorCell$");

    var rewritten = Objects.requireNonNull(TimeRewriting.rewritten(bytes));

    assertTrue(called(bytes).contains("java/util/concurrent/ThreadLocalRandom.nextInt"));
    assertFalse(called(rewritten).contains("java/util/concurrent/ThreadLocalRandom.nextInt"));
    assertTrue(called(rewritten).contains("dev/weft/sim/agent/WorldTime.nextInt"));
  }

  @Test
  void aClassThatCallsNothingOfItStaysAsItIs() throws IOException {
    assertNull(TimeRewriting.rewritten(bytes("akka/actor/Address")));
  }

  @Test
  void inAWorldTimePassesAsThere() {
    assertTrue(WorldTime.isInstalled(), "this JVM has no agent");
    try (var world = new World(1)) {
      var deadline = world.enter(() -> Deadline.now());
      world.pass(Duration.ofHours(5));

      var left = world.enter(deadline::timeLeft);

      assertEquals(-5, left.toHours());
    }
  }

  private static byte[] bytes(String name) throws IOException {
    try (var in = ClassLoader.getSystemResourceAsStream(name + ".class")) {
      return in.readAllBytes();
    }
  }

  private static Set<String> called(byte[] bytes) {
    var called = new TreeSet<String>();
    for (var method : ClassFile.of().parse(bytes).methods()) {
      method
          .code()
          .ifPresent(
              code ->
                  code.forEach(
                      element -> {
                        if (element instanceof InvokeInstruction call) {
                          called.add(
                              call.owner().asInternalName() + "." + call.name().stringValue());
                        }
                      }));
    }
    return called;
  }
}
