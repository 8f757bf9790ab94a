package dev.weft.app.command;

import dev.weft.app.console.Console;
import dev.weft.app.failure.WorkFailed;
import dev.weft.app.failure.WrongUse;
import dev.weft.app.home.Home;
import dev.weft.bench.Bench;
import dev.weft.bench.BenchException;
import dev.weft.bench.BenchOptions;
import dev.weft.bench.BenchRunner;
import dev.weft.bench.Benches;
import dev.weft.bench.chart.ChartFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weft bench}: speed and memory as ratios to a baseline in the same run. */
@Command(
    name = "bench",
    description = {
      "Measures, as ratios to a baseline in the same run.",
      "Without a name it lists the benches. docs/bench.md tells what each figure means."
    },
    footer = {
      "",
      "Examples:",
      "  weft bench",
      "  weft bench tax",
      "  weft bench tax minilm-int8 --json",
      "  weft bench jmh LaneQueue",
      "  weft bench goodput --json > goodput.jsonl",
      "  weft bench chart goodput.jsonl --out pictures"
    })
final class BenchCommand implements Callable<Integer> {

  private final Console console;
  private final Home home;

  @Parameters(index = "0", arity = "0..1", paramLabel = "NAME", description = "The bench to run.")
  private Optional<String> name = Optional.empty();

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "CASE",
      description = "Cases of it to run (default: all); for jmh a pattern of benchmarks.")
  private List<String> cases = List.of();

  @Option(
      names = "--quick",
      description = "Seconds instead of minutes: shows that it works, its figures mean little.")
  private boolean isQuick;

  @Option(names = "--json", description = "Prints one JSON object per figure.")
  private boolean isJson;

  BenchCommand(Console console, Home home) {
    this.console = console;
    this.home = home;
  }

  @Override
  public Integer call() {
    if (name.isEmpty()) {
      Benches.all().forEach(this::list);
      return ExitCode.OK;
    }
    if (Benches.all().stream().noneMatch(bench -> bench.name().equals(name.get()))) {
      throw new WrongUse(
          "bench: '%s' (expected: one of %s)"
              .formatted(name.get(), Benches.all().stream().map(Bench::name).toList()));
    }
    var options = new BenchOptions(isQuick, home.folder().resolve("examples/kiosk"), cases);
    try {
      BenchRunner.run(name.get(), isJson, console.out(), options);
      return ExitCode.OK;
    } catch (BenchException e) {
      throw new WorkFailed(String.valueOf(e.getMessage()), e);
    }
  }

  @Command(
      description = {
        "Draws what benches found, one SVG file per chart.",
        "Reads what they print with --json."
      })
  int chart(
      @Parameters(
              arity = "1..*",
              paramLabel = "FILE",
              description = "What a bench printed with --json.")
          List<Path> files,
      @Option(
              names = "--out",
              required = true,
              paramLabel = "DIR",
              description = "The folder for the SVG files; made if it is not there.")
          Path folder) {
    for (var file : files) {
      try {
        ChartFiles.draw(Files.readAllLines(file), folder)
            .forEach(drawn -> console.line(drawn.toString()));
      } catch (IllegalArgumentException e) {
        throw new WorkFailed("%s: %s".formatted(file, e.getMessage()), e);
      } catch (IOException e) {
        throw new WorkFailed("%s (expected: a readable file and a folder)".formatted(e), e);
      }
    }
    return ExitCode.OK;
  }

  private void list(Bench bench) {
    console.line("%-12s %s".formatted(bench.name(), bench.summary()));
  }
}
