package dev.weft.app.command;

import dev.weft.app.console.Console;
import dev.weft.app.failure.WrongUse;
import dev.weft.fabric.explanation.Explanation;
import dev.weft.fabric.manifest.ManifestSet;
import dev.weft.fabric.negotiation.Negotiation;
import dev.weft.fabric.negotiation.NodeAbilities;
import dev.weft.fabric.reading.ManifestFiles;
import dev.weft.fabric.reading.ManifestFiles.Verify;
import dev.weft.stages.spi.StageKinds;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weft explain}: manifests in prose; below it, frames. */
@Command(
    name = "explain",
    description = {
      "Says in prose what manifests declare: what each does, who owns it, what is pinned, what it"
          + " may take, how a pipeline is wired, which variants this node can run, what a rollout"
          + " would do.",
      "Nothing is loaded or fetched."
    },
    footer = {
      "",
      "Examples:",
      "  weft explain examples/kiosk/kiosk.yaml",
      "  weft explain examples/kiosk --name minilm",
      "  weft explain frame kiosk:1429"
    })
final class ExplainCommand implements Callable<Integer> {

  private final Console console;

  @Parameters(
      paramLabel = "PATH",
      arity = "0..1",
      description = "A manifest file, or a folder of them.")
  private Optional<Path> path = Optional.empty();

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Only the pipeline, stage, node or rollout of this name.")
  private Optional<String> name = Optional.empty();

  @Option(names = "--json", description = "Prints one JSON object per manifest.")
  private boolean isJson;

  ExplainCommand(Console console) {
    this.console = console;
  }

  /** One manifest with its prose. */
  private record Explained(String kind, String name, String summary, String owner, String text) {
    Map<String, String> object() {
      var object = new LinkedHashMap<String, String>();
      object.put("kind", kind);
      object.put("name", name);
      object.put("summary", summary);
      object.put("owner", owner);
      object.put("text", text);
      return object;
    }
  }

  @Override
  public Integer call() {
    var kinds = StageKinds.discover();
    var manifests =
        ManifestFiles.load(path.orElseThrow(ExplainCommand::nothing), kinds, Verify.STRUCTURE_ONLY);
    var all = explained(manifests, kinds);
    var shown = all.stream().filter(each -> name.map(each.name()::equals).orElse(true)).toList();
    if (shown.isEmpty()) {
      var names = String.join(", ", all.stream().map(Explained::name).toList());
      throw new WrongUse("--name: '%s' (expected: one of %s)".formatted(name.orElse(""), names));
    }
    for (var each : shown) {
      if (isJson) {
        console.json(each.object());
      } else {
        console.line(each.text());
      }
    }
    return ExitCode.OK;
  }

  private static WrongUse nothing() {
    return new WrongUse("PATH: none (expected: a manifest file or a folder, or 'frame ID')");
  }

  private static List<Explained> explained(ManifestSet manifests, StageKinds kinds) {
    var all = new ArrayList<Explained>();
    var abilities = NodeAbilities.here();
    var settled = Negotiation.settled(manifests.stages(), abilities);
    for (var each : manifests.pipelines().values()) {
      var text = Explanation.of(each, settled);
      all.add(new Explained("Pipeline", each.name(), each.summary(), each.owner(), text));
    }
    for (var each : manifests.stages().values()) {
      var text = Explanation.of(each, kinds) + "\n" + Explanation.of(each, abilities);
      all.add(new Explained("Stage", each.name(), each.summary(), each.owner(), text));
    }
    for (var each : manifests.nodes().values()) {
      var text = Explanation.of(each);
      all.add(new Explained("Node", each.name(), each.summary(), each.owner(), text));
    }
    for (var each : manifests.rollouts().values()) {
      var text = Explanation.of(each, manifests.stages());
      all.add(new Explained("Rollout", each.name(), each.summary(), each.owner(), text));
    }
    return all;
  }
}
