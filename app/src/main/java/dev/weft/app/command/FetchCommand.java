package dev.weft.app.command;

import dev.weft.app.console.Amount;
import dev.weft.app.console.Console;
import dev.weft.app.fetch.Fetcher;
import dev.weft.app.fetch.MavenProcess;
import dev.weft.app.home.Home;
import dev.weft.fabric.manifest.ManifestException;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.problem.Problem;
import dev.weft.fabric.reading.ManifestFiles;
import dev.weft.fabric.reading.ManifestFiles.Verify;
import dev.weft.stages.spi.StageKinds;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weft fetch}: brings the artifacts that manifests pin. */
@Command(
    name = "fetch",
    description = {
      "Fetches the artifacts that manifests pin with a source and that are missing or not as"
          + " pinned.",
      "Maven gets them from wherever it gets jars; each must have the size and SHA-256 its manifest"
          + " says. With nothing missing, nothing is started and no network is needed."
    },
    footer = {"", "Examples:", "  weft fetch examples/kiosk", "  weft fetch my/pipeline.yaml"})
final class FetchCommand implements Callable<Integer> {

  private final Console console;
  private final Home home;

  @Parameters(
      arity = "1..*",
      paramLabel = "PATH",
      description = "A manifest file, or a folder of them.")
  private List<Path> paths = List.of();

  @Option(names = "--json", description = "Prints one JSON object.")
  private boolean isJson;

  FetchCommand(Console console, Home home) {
    this.console = console;
    this.home = home;
  }

  @Override
  public Integer call() {
    var kinds = StageKinds.discover();
    var stages = new ArrayList<StageManifest>();
    for (var path : paths) {
      stages.addAll(
          ManifestFiles.read(path, kinds, Verify.STRUCTURE_ONLY).manifests().stages().values());
    }
    try (var progress = console.progress()) {
      var fetcher = new Fetcher(home.fetchCache(), new MavenProcess("mvn"), progress);
      var outcome = fetcher.fetch(stages);
      report(outcome);
    }
    requireSound(kinds);
    return ExitCode.OK;
  }

  private void report(Fetcher.Outcome outcome) {
    if (isJson) {
      var fetched = outcome.fetched().stream().map(Path::toString).toList();
      console.json(Map.of("fetched", fetched, "present", outcome.present()));
    } else {
      console.line(
          "%s fetched, %d there before"
              .formatted(Amount.count(outcome.fetched().size(), "file"), outcome.present()));
    }
  }

  /** What is wrong beside the files that were fetched, which a broken manifest may hide. */
  private void requireSound(StageKinds kinds) {
    var problems = new ArrayList<Problem>();
    for (var path : paths) {
      problems.addAll(ManifestFiles.read(path, kinds, Verify.STRUCTURE_ONLY).errors());
    }
    if (!problems.isEmpty()) {
      throw new ManifestException(problems);
    }
  }
}
