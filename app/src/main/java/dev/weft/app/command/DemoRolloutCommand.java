package dev.weft.app.command;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.weft.app.console.Console;
import dev.weft.app.demo.RolloutDemo;
import dev.weft.app.failure.WorkFailed;
import dev.weft.app.fetch.Fetcher;
import dev.weft.app.fetch.MavenProcess;
import dev.weft.app.home.Build;
import dev.weft.app.home.Home;
import dev.weft.app.rollout.RolloutFolder;
import dev.weft.app.running.Selection;
import dev.weft.fabric.embedded.Weft;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code weft demo rollout}: three rollouts under load, of which one should go through. */
@Command(
    name = "rollout",
    description = {
      "Puts an int8 model made on this device in the place of the one that runs, under load, step"
          + " by step and on evidence; then tries one with a wrong scale and a slow one, which"
          + " should be taken back. Takes minutes; fetches a model of 90 MB at first. Done (0)"
          + " only if each ends as it should and every frame was answered."
    },
    footer = {"", "Examples:", "  weft demo rollout"})
final class DemoRolloutCommand implements Callable<Integer> {

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

  /**
   * Its callers are threads of this process, which a node takes for others that press the machine,
   * and pauses its shadow lane for them; here they are what is to be served.
   */
  private static final Config CALLERS_ARE_OURS =
      ConfigFactory.parseMap(Map.of("weft.fabric.load.count-own-program", "off"));

  private final Console console;
  private final Home home;

  @Option(
      names = "--folder",
      paramLabel = "FOLDER",
      description = "Where models, journal and evidence go. Default: a new one in .weft.")
  private Optional<Path> folder = Optional.empty();

  DemoRolloutCommand(Console console, Home home) {
    this.console = console;
    this.home = home;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    var example = home.folder().resolve("examples/rollout");
    if (!Files.isDirectory(example)) {
      throw new WorkFailed(example + ": missing (expected: the rollout example of this project)");
    }
    var work =
        folder.orElseGet(
            () -> home.folder().resolve(".weft/rollouts/demo-" + STAMP.format(Instant.now())));
    boolean right;
    Path evidence;
    try (var progress = console.progress()) {
      var fetcher = new Fetcher(home.fetchCache(), new MavenProcess("mvn"), progress);
      progress.bar(0, "fetching models");
      Selection.of(example, Optional.empty(), Map.of(), fetcher);
      progress.bar(0, "making candidates");
      RolloutDemo.prepare(example, work, Build.of(home).version());
      var selection = Selection.of(work, Optional.empty(), Map.of(), fetcher);
      progress.close();
      try (var kept = RolloutFolder.at(work);
          var weft =
              Weft.embedded(CALLERS_ARE_OURS.withFallback(kept.settings(ConfigFactory.load())))) {
        evidence = kept.evidenceFolder();
        var pipeline = selection.deploy(weft);
        var rollouts = kept.on(weft, fetcher);
        var sentences =
            Files.readAllLines(home.folder().resolve("examples/kiosk/inputs/sentences.txt"));
        var demo = new RolloutDemo(console, weft, pipeline, rollouts, sentences);
        right = demo.run(work, weft.loops());
      }
    }
    console.line("evidence: " + evidence);
    console.line("  one .html page and one chained .jsonl file for each rollout");
    return right ? ExitCode.OK : ExitCode.FAILED;
  }
}
