package dev.weft.app.command;

import dev.weft.app.console.Amount;
import dev.weft.app.console.Console;
import dev.weft.app.console.Progress;
import dev.weft.app.failure.WrongUse;
import dev.weft.app.home.FolderTree;
import dev.weft.app.home.Home;
import dev.weft.app.running.Interrupt;
import dev.weft.app.torture.KillTorture;
import dev.weft.app.torture.KillTorture.Toll;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code weft torture}: whether what was acknowledged is kept, shown on real processes. */
@Command(
    name = "torture",
    description = "Ends real processes of Weft in bad moments and checks what they left.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Examples:",
      "  weft torture kill",
      "  weft torture kill --kills 20 --seed 7",
      "  weft torture cluster"
    })
final class TortureCommand implements Runnable {

  private static final Duration STOP_PATIENCE = Duration.ofSeconds(20);
  private static final int BROKEN_SHOWN = 20;

  private final Console console;
  private final Home home;

  @Spec private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  TortureCommand(Console console, Home home) {
    this.console = console;
    this.home = home;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "no command given");
  }

  @Command(
      description = {
        "Kills a process that records frames, sends them and keeps sessions with SIGKILL, again and"
            + " again.",
        "After each kill everything it had acknowledged must be there, once, in order, with every"
            + " checksum right, and at the sink it sends to, once as well; then the next process"
            + " goes on with the same folders. Done (0) if it always was. What a failure left is"
            + " kept."
      })
  int kill(
      @Option(
              names = "--kills",
              paramLabel = "N",
              defaultValue = "200",
              description = "How often. Default: ${DEFAULT-VALUE}.")
          int kills,
      @Option(
              names = "--seed",
              paramLabel = "N",
              defaultValue = "1",
              description = "What the moments follow from. Default: ${DEFAULT-VALUE}.")
          long seed,
      @Option(names = "--json", description = "Prints one JSON object.") boolean isJson)
      throws IOException, InterruptedException {
    if (kills < 1) {
      throw new WrongUse("--kills: %d (expected: >= 1)".formatted(kills));
    }
    var folder = FolderTree.fresh(home.torture(), "kill-" + seed + "-").root();
    var torture = new KillTorture(folder, seed, System::nanoTime);
    Toll toll;
    boolean isAsked;
    try (var interrupt = new Interrupt(torture::stop, STOP_PATIENCE);
        var progress = console.progress()) {
      progress.bar(0, "starting the first victim");
      toll = torture.run(kills, so -> show(so, kills, progress));
      isAsked = interrupt.isAsked();
      if (toll.broken().isEmpty()) {
        torture.delete();
      }
      progress.close();
      tell(toll, kills, seed, folder, isJson);
    }
    if (!toll.broken().isEmpty()) {
      return ExitCode.FAILED;
    }
    return isAsked ? ExitCode.INTERRUPTED : ExitCode.OK;
  }

  private static void show(Toll toll, int kills, Progress progress) {
    progress.bar(
        (double) toll.kills() / kills,
        Amount.format(
            "%d of %d kills, %d kept, %.0f s left",
            toll.kills(),
            kills,
            toll.frames() + toll.events(),
            toll.seconds() * (kills - toll.kills()) / toll.kills()));
  }

  private void tell(Toll toll, int kills, long seed, Path folder, boolean isJson) {
    var repeat = "./weft torture kill --kills %d --seed %d".formatted(kills, seed);
    if (isJson) {
      var object = new LinkedHashMap<String, Object>();
      object.put("kills", toll.kills());
      object.put("seed", seed);
      object.put("framesAcknowledged", toll.frames());
      object.put("recordsAtSink", toll.sent());
      object.put("eventsAcknowledged", toll.events());
      object.put("broken", toll.broken());
      object.put("seconds", toll.seconds());
      object.put("repeat", repeat);
      if (!toll.broken().isEmpty()) {
        object.put("folder", folder.toString());
      }
      console.json(object);
      return;
    }
    console.line(
        Amount.format("kills     %d in %.0f s, seed %d", toll.kills(), toll.seconds(), seed));
    console.line("frames    %d acknowledged".formatted(toll.frames()));
    console.line("sink      %d records".formatted(toll.sent()));
    console.line("events    %d acknowledged".formatted(toll.events()));
    if (toll.broken().isEmpty()) {
      console.line("lost      0, twice 0, every checksum and chain right after each kill");
      return;
    }
    toll.broken().stream().limit(BROKEN_SHOWN).forEach(each -> console.line("BROKEN    " + each));
    console.line("repeat    " + repeat);
    console.line("left in   " + folder);
  }
}
