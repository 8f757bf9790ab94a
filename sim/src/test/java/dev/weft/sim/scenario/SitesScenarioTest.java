package dev.weft.sim.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.sim.run.Outcome;
import dev.weft.sim.run.Simulation;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Seeds without and with bugs are in {@code PlantedBugTest}. */
class SitesScenarioTest {

  private static final long REPEATED = 5;

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
  void theSameSeedGivesTheSameHistoryHereAndInAnotherProcess() throws Exception {
    assertEquals(runShort(REPEATED).digest(), inAnotherProcess(REPEATED));
  }

  @Test
  void nobodyWaitsForLongWhileEachMachineIsRestarted() {
    var outcome = Simulation.run(new RestartsScenario(), 1);

    assertEquals(List.of(), outcome.violations());
    var last = outcome.history().getLast();
    assertTrue(last.contains(" 0 ended by themselves"), last);
    assertTrue(last.contains("clients did "), last);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void islandsServeAndTheMostOfASiteStay(long seed) {
    var outcome = Simulation.run(SitesScenario.islands(), seed);

    assertEquals(List.of(), outcome.violations(), () -> "seed " + seed);
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
