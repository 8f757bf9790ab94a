package dev.weft.app.command;

import dev.weft.app.console.Console;
import dev.weft.app.failure.WrongUse;
import dev.weft.app.home.Home;
import dev.weft.app.simulating.Campaign;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code weft sim run}: some seeds, one after the other. */
@Command(
    name = "run",
    description = {
      "Runs scenarios under seeds and checks that their invariants hold.",
      "The same scenario, seed, commit and JDK build give the same history, byte for byte."
    },
    footer = {
      "",
      "Examples:",
      "  weft sim run --seeds 500",
      "  weft sim run --scenario kiosk --seed 17",
      "  weft sim run --scenario offline --json",
      "  weft sim run --scenario regions --seed 1 --for 2h"
    })
final class SimRunCommand implements Callable<Integer> {

  private static final int SEEDS = 20;

  private final Console console;
  private final Home home;

  @Mixin private SimOptions options = new SimOptions();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Runs this seed alone and keeps its history, whatever comes of it.")
  private Optional<Long> seed = Optional.empty();

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description =
          "Runs the seeds 1 to N (default: " + SEEDS + "; 1 for a scenario that is long).")
  private Optional<Integer> seeds = Optional.empty();

  SimRunCommand(Console console, Home home) {
    this.console = console;
    this.home = home;
  }

  @Override
  public Integer call() {
    if (seed.isPresent() && seeds.isPresent()) {
      throw new WrongUse("--seed and --seeds (expected: one of them)");
    }
    seeds
        .filter(count -> count < 1)
        .ifPresent(
            count -> {
              throw new WrongUse("--seeds: %d (expected: >= 1)".formatted(count));
            });
    var scenarios = options.scenarios();
    var usual = scenarios.stream().anyMatch(each -> each.isLong()) ? 1 : SEEDS;
    Logging.mute();
    var campaign = new Campaign(console, home, options.isJson(), seed.isPresent());
    var all =
        seed.isPresent()
            ? LongStream.of(seed.get())
            : LongStream.rangeClosed(1, seeds.orElse(usual));
    return campaign.run(scenarios, all, () -> true) ? ExitCode.OK : ExitCode.FAILED;
  }
}
