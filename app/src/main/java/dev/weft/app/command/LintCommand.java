package dev.weft.app.command;

import dev.weft.app.console.Amount;
import dev.weft.app.console.Console;
import dev.weft.fabric.problem.Problem;
import dev.weft.fabric.reading.ManifestFiles;
import dev.weft.fabric.reading.ManifestFiles.Verify;
import dev.weft.stages.spi.StageKinds;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weft lint}: everything wrong with manifests, each with its place. */
@Command(
    name = "lint",
    description = {
      "Checks manifests, one by one and against each other, and prints all that is wrong.",
      "Nothing is loaded or fetched. A pinned file that is missing but can be fetched is a warning."
    },
    footer = {
      "",
      "Examples:",
      "  weft lint examples/kiosk",
      "  weft lint --digests my/pipeline.yaml",
      "  weft lint --json my | jq -r .expected"
    })
final class LintCommand implements Callable<Integer> {

  private final Console console;

  @Parameters(
      arity = "1..*",
      paramLabel = "PATH",
      description = "A manifest file, or a folder of them.")
  private List<Path> paths = List.of();

  @Option(
      names = "--digests",
      description = "Also holds each pinned file against its SHA-256; all must be there.")
  private boolean areDigestsChecked;

  @Option(names = "--json", description = "Prints one JSON object per finding, then a summary.")
  private boolean isJson;

  LintCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    var verify = areDigestsChecked ? Verify.DIGESTS : Verify.STRUCTURE_ONLY;
    var kinds = StageKinds.discover();
    var errors = new LinkedHashMap<String, Problem>();
    var warnings = new LinkedHashMap<String, Problem>();
    var documents = new TreeSet<String>();
    for (var path : paths) {
      var reading = ManifestFiles.read(path, kinds, verify);
      reading.errors().forEach(each -> errors.putIfAbsent(each.toString(), each));
      reading.warnings().forEach(each -> warnings.putIfAbsent(each.toString(), each));
      var manifests = reading.manifests();
      manifests.stages().keySet().forEach(name -> documents.add("stage " + name));
      manifests.pipelines().keySet().forEach(name -> documents.add("pipeline " + name));
      manifests.nodes().keySet().forEach(name -> documents.add("node " + name));
      manifests.rollouts().keySet().forEach(name -> documents.add("rollout " + name));
    }
    if (isJson) {
      printJson(errors.values(), warnings.values());
    } else {
      errors.values().forEach(each -> console.line(each.toString()));
      warnings.values().forEach(each -> console.line(warning(each)));
      console.line(
          "%s, %s in %s"
              .formatted(
                  Amount.count(errors.size(), "problem"),
                  Amount.count(warnings.size(), "warning"),
                  Amount.count(documents.size(), "manifest")));
    }
    return errors.isEmpty() ? ExitCode.OK : ExitCode.FAILED;
  }

  private static String warning(Problem problem) {
    var all = problem.toString();
    // The message has no part of its own, and a file name may hold any character.
    var message =
        (problem.field().isEmpty() ? "" : problem.field() + ": ")
            + problem.value()
            + " (expected: "
            + problem.expected()
            + ")";
    return all.substring(0, all.length() - message.length()) + "warning: " + message;
  }

  private void printJson(Collection<Problem> errors, Collection<Problem> warnings) {
    errors.forEach(each -> console.json(object("error", each)));
    warnings.forEach(each -> console.json(object("warning", each)));
    var summary = new LinkedHashMap<String, Object>();
    summary.put("type", "summary");
    summary.put("errors", errors.size());
    summary.put("warnings", warnings.size());
    console.json(summary);
  }

  private static Map<String, Object> object(String type, Problem problem) {
    var object = new LinkedHashMap<String, Object>();
    object.put("type", type);
    object.put("file", problem.file().toString());
    object.put("line", problem.line());
    object.put("column", problem.column());
    object.put("field", problem.field());
    object.put("value", problem.value());
    object.put("expected", problem.expected());
    return object;
  }
}
