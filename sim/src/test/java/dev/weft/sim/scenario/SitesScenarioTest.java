package dev.weft.sim.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.sim.run.Outcome;
import dev.weft.sim.run.Simulation;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A sample of seeds; {@code ./weft sim run --scenario sites --seeds 100} runs more. */
class SitesScenarioTest {

  private static final int SEEDS = 2;
  private static final long REPEATED = 5;

  private static Outcome run(long seed) {
    return Simulation.run(Scenarios.named("sites").orElseThrow(), seed);
  }

  private static Outcome runShort(long seed) {
    return Simulation.run(SitesScenario.three(Duration.ofSeconds(15)), seed);
  }

  /** Prints the digest of a seed's history. */
  static final class Another {
    private Another() {}

    public static void main(String[] arguments) {
      System.out.println(runShort(Long.parseLong(arguments[0])).digest());
    }
  }

  @Test
  void invariantsHoldUnderEachSeed() {
    for (var seed = 1L; seed <= SEEDS; seed++) {
      assertEquals(List.of(), run(seed).violations(), "seed " + seed);
    }
  }

  @Test
  void theSameSeedGivesTheSameHistoryHereAndInAnotherProcess() throws Exception {
    var once = runShort(REPEATED);
    var again = runShort(REPEATED);

    assertEquals(String.join("\n", once.history()), String.join("\n", again.history()));
    assertEquals(once.digest(), again.digest());
    assertEquals(once.digest(), inAnotherProcess(REPEATED));
  }

  private static String inAnotherProcess(long seed) throws Exception {
    var command = new ArrayList<String>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> !flag.contains("jacoco"))
        .forEach(command::add);
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            Another.class.getName(),
            Long.toString(seed)));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertEquals(0, process.waitFor(), said);
    return said.lines().toList().getLast();
  }
}
