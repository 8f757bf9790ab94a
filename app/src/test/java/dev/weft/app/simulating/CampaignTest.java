package dev.weft.app.simulating;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.app.console.Console;
import dev.weft.app.home.Home;
import dev.weft.sim.invariant.Findings;
import dev.weft.sim.scenario.Scenario;
import dev.weft.sim.world.World;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CampaignTest {

  @TempDir private Path home;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** Passes under even seeds. */
  private static final class Odd implements Scenario {
    @Override
    public String name() {
      return "odd";
    }

    @Override
    public String summary() {
      return "fails under odd seeds";
    }

    @Override
    public void run(World world, Findings findings) {
      if (world.seed() % 2 == 1) {
        findings.add("evenness", "an odd seed");
      }
    }
  }

  /** The same for as long as it is told. */
  private record Timed(Duration lasts) implements Scenario {
    @Override
    public String name() {
      return "odd";
    }

    @Override
    public String summary() {
      return "fails under odd seeds, for as long as it is told";
    }

    @Override
    public Optional<Duration> time() {
      return Optional.of(lasts);
    }

    @Override
    public void run(World world, Findings findings) {
      new Odd().run(world, findings);
    }
  }

  private boolean passes(boolean isJson, long... seeds) {
    return passes(new Odd(), isJson, seeds);
  }

  private boolean passes(Scenario scenario, boolean isJson, long... seeds) {
    var stream = new PrintStream(out, true, UTF_8);
    var campaign = new Campaign(new Console(stream, stream, false), new Home(home), isJson, false);
    return campaign.run(List.of(scenario), LongStream.of(seeds), () -> true);
  }

  @Test
  void whatTakesAsLongAsItIsToldIsRepeatedForAsLongAndKeptForNoBuild() {
    assertFalse(passes(new Timed(Duration.ofHours(8)), false, 1));
    assertFalse(passes(new Timed(Duration.ofMinutes(90)), false, 1));

    var told = out.toString(UTF_8);
    assertTrue(told.contains("repeat: ./weft sim run --scenario odd --seed 1 --for 8h "), told);
    assertTrue(told.contains("--seed 1 --for 90min "), told);
    assertFalse(told.contains("keep:"), told);
  }

  @Test
  void speedIsTold() {
    assertFalse(passes(new Timed(Duration.ofHours(8)), false, 1));
    assertTrue(passes(new Timed(Duration.ofHours(8)), true, 2));

    var told = out.toString(UTF_8);
    assertTrue(told.contains(" simulated seconds a second, "), told);
    assertTrue(told.contains("\"simulatedPerSecond\":"), told);
    assertTrue(told.contains("\"heapBytesMax\":"), told);
  }

  @Test
  void aSeedThatFailsSaysHowToRepeatAndHowToKeepIt() throws Exception {
    assertFalse(passes(false, 1, 2));

    var told = out.toString(UTF_8);
    assertTrue(told.contains("  evenness: an odd seed"), told);
    assertTrue(told.contains("repeat: ./weft sim run --scenario odd --seed 1 "), told);
    assertTrue(
        told.contains("add to sim/src/test/resources/regression-seeds.txt: odd 1 unknown evenness"),
        told);
    assertTrue(told.contains("2 seeds, 2 runs, 1 failed;"), told);
    var history = Files.readString(new Home(home).simulations().resolve("odd-1.txt"));
    assertTrue(history.contains("VIOLATION evenness: an odd seed"), history);
  }

  @Test
  void theLineToKeepIsInTheObjectToo() {
    assertFalse(passes(true, 3));

    var told = out.toString(UTF_8);
    assertTrue(told.contains("\"keep\":\"odd 3 unknown evenness: an odd seed\""), told);
  }

  @Test
  void seedsThatPassLeaveNoHistory() {
    assertTrue(passes(false, 2, 4));
    assertFalse(Files.exists(new Home(home).simulations().resolve("odd-2.txt")));
  }
}
