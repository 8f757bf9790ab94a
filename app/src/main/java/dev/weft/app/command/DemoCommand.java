package dev.weft.app.command;

import dev.weft.app.console.Amount;
import dev.weft.app.console.Console;
import dev.weft.app.demo.Demo;
import dev.weft.app.failure.WorkFailed;
import dev.weft.app.failure.WrongUse;
import dev.weft.app.fetch.Fetcher;
import dev.weft.app.fetch.MavenProcess;
import dev.weft.app.home.Home;
import dev.weft.app.tracing.TraceFolder;
import dev.weft.fabric.embedded.Recording;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.manifest.Capture;
import dev.weft.fabric.manifest.ManifestSet;
import dev.weft.fabric.reading.ManifestFiles;
import dev.weft.fabric.reading.ManifestFiles.Verify;
import dev.weft.stages.spi.StageKinds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code weft demo}: the kiosk example, from fetching its models to judging its answers. */
@Command(
    name = "demo",
    description = {
      "Runs the kiosk example on real pictures, recordings and sentences.",
      "Fetches the models it needs, runs every visit once and prints what was seen, what was"
          + " expected and where the time went, then measures. Done (0) only if all is right."
    },
    footer = {"", "Examples:", "  weft demo", "  weft demo --rounds 10 --json"})
final class DemoCommand implements Callable<Integer> {

  private static final String NEXT =
      """

      What to try next
        ./weft explain examples/kiosk/kiosk.yaml       what this pipeline does, in prose
        ./weft run examples/kiosk --pipeline kiosk --input sentence="text:where is the exit?"
        ./weft run examples/kiosk --pipeline kiosk --input frame=YOUR.jpg
        ./weft stages                                  what your own pipeline can be made of
        docs/manifest.md, docs/embedding.md            how to write one, how to embed it\
      """;

  private final Console console;
  private final Home home;

  @Option(
      names = "--rounds",
      defaultValue = "3",
      paramLabel = "N",
      description = "Rounds of all visits to measure latency over (default: ${DEFAULT-VALUE}).")
  private int rounds = 3;

  @Option(
      names = "--callers",
      defaultValue = "0",
      paramLabel = "N",
      description = "Callers at once in the round for throughput (default: one per loop).")
  private int callers;

  @Option(
      names = "--trace-folder",
      paramLabel = "FOLDER",
      description = "Records to the edge buffer in this folder, instead of to a new trace file.")
  private Optional<Path> traceFolder = Optional.empty();

  @Mixin private OutboxOptions outbox = new OutboxOptions();

  @Option(names = "--json", description = "Prints one JSON object per visit and one in the end.")
  private boolean isJson;

  DemoCommand(Console console, Home home) {
    this.console = console;
    this.home = home;
  }

  @Override
  public Integer call() throws IOException {
    if (rounds < 1 || callers < 0) {
      throw new WrongUse(
          "--rounds %d --callers %d (expected: rounds >= 1, callers >= 0)"
              .formatted(rounds, callers));
    }
    var example = home.folder().resolve("examples/kiosk");
    if (!Files.isDirectory(example)) {
      throw new WorkFailed(example + ": missing (expected: the kiosk example of this project)");
    }
    var manifests = fetch(example);
    var node = manifests.nodes().values().iterator().next();
    var config = outbox.config(traceFolder.isEmpty(), traceFolder);
    var trace =
        traceFolder.orElseGet(() -> new TraceFolder(home.traces()).fresh("demo", Instant.now()));
    var recording =
        traceFolder.isPresent()
            ? Recording.toFolder(trace, config)
            : Recording.toFile(trace, config);
    boolean right;
    try (var weft = Weft.on(node, config, recording)) {
      load(weft, manifests);
      var kiosk = weft.pipeline("kiosk");
      var demo =
          new Demo(console, weft, kiosk, example.resolve("inputs"), isJson, System::nanoTime);
      right = demo.run(rounds, callers == 0 ? weft.loops() : callers);
    }
    tell(trace, recording.recorded());
    outbox.tell(console, config, recording);
    return right ? ExitCode.OK : ExitCode.FAILED;
  }

  private void tell(Path trace, long frames) {
    if (isJson) {
      // Beside the result: its last object is the summary.
      console.note("trace: " + trace);
      return;
    }
    console.line("");
    console.line("trace: %s of all this in %s".formatted(Amount.count(frames, "frame"), trace));
    var name =
        traceFolder.isPresent()
            ? trace.toString()
            : String.valueOf(trace.getFileName()).replaceFirst("\\.trace$", "");
    console.line("  ./weft trace verify %s   whether it is whole".formatted(name));
    console.line("  ./weft replay %s         whether it can be repeated".formatted(name));
    console.line(NEXT);
  }

  private ManifestSet fetch(Path example) {
    var kinds = StageKinds.discover();
    var stages = ManifestFiles.read(example, kinds, Verify.STRUCTURE_ONLY).manifests().stages();
    try (var progress = console.progress()) {
      var outcome =
          new Fetcher(home.fetchCache(), new MavenProcess("mvn"), progress).fetch(stages.values());
      progress.line(
          "models: %s fetched, %d there before, all as pinned"
              .formatted(Amount.count(outcome.fetched().size(), "file"), outcome.present()));
    }
    return ManifestFiles.load(example, kinds);
  }

  private void load(Weft weft, ManifestSet manifests) {
    var started = System.nanoTime();
    try (var progress = console.progress()) {
      var done = 0;
      for (var pipeline : manifests.pipelines().values()) {
        progress.bar((double) done++ / manifests.pipelines().size(), "loading " + pipeline.name());
        // As its manifest says, and everything where that says nothing.
        weft.deploy(
            pipeline.capturing(pipeline.capture().or(() -> Optional.of(Capture.inputs()))),
            manifests.stages());
      }
      var variants = weft.loadedVariants();
      progress.line(
          "loaded: %s, %s, %.0f MiB of models, in %.1f s"
              .formatted(
                  Amount.count(manifests.pipelines().size(), "pipeline"),
                  Amount.count(variants.size(), "variant"),
                  variants.values().stream().mapToLong(Long::longValue).sum() / (double) (1 << 20),
                  (System.nanoTime() - started) / 1e9));
    }
  }
}
