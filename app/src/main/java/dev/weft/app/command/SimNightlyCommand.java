package dev.weft.app.command;

import dev.weft.app.console.Console;
import dev.weft.app.failure.WrongUse;
import dev.weft.app.home.Home;
import dev.weft.app.simulating.Campaign;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code weft sim nightly}: as many seeds as the time allows. */
@Command(
    name = "nightly",
    description = "Runs as many seeds as the time allows, and says how many an hour that is.",
    footer = {"", "Examples:", "  weft sim nightly --minutes 60 --from 100000"})
final class SimNightlyCommand implements Callable<Integer> {

  private final Console console;
  private final Home home;

  @Mixin private SimOptions options = new SimOptions();

  @Option(names = "--minutes", required = true, paramLabel = "N", description = "How long.")
  private int minutes;

  @Option(
      names = "--from",
      paramLabel = "N",
      description = "The first seed (default: ${DEFAULT-VALUE}); another every night.")
  private long from = 1;

  SimNightlyCommand(Console console, Home home) {
    this.console = console;
    this.home = home;
  }

  @Override
  public Integer call() {
    if (minutes < 1) {
      throw new WrongUse("--minutes: %d (expected: >= 1)".formatted(minutes));
    }
    var end = System.nanoTime() + Duration.ofMinutes(minutes).toNanos();
    Logging.mute();
    var campaign = new Campaign(console, home, options.isJson(), false);
    return campaign.run(
            options.scenarios(),
            LongStream.iterate(from, seed -> seed + 1),
            () -> System.nanoTime() - end < 0)
        ? ExitCode.OK
        : ExitCode.FAILED;
  }
}
