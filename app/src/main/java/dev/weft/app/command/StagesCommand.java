package dev.weft.app.command;

import dev.weft.app.console.Console;
import dev.weft.app.failure.WrongUse;
import dev.weft.stages.spi.Dim;
import dev.weft.stages.spi.OptionSpec;
import dev.weft.stages.spi.Options;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.spi.StageFactory;
import dev.weft.stages.spi.StageKinds;
import dev.weft.stages.spi.TensorSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weft stages}: the kinds of stage a manifest can use. */
@Command(
    name = "stages",
    description = "Lists the kinds of stage a manifest can use, or shows one in full.",
    footer = {
      "",
      "Examples:",
      "  weft stages",
      "  weft stages image/resize",
      "  weft stages --json"
    })
final class StagesCommand implements Callable<Integer> {

  private final Console console;

  @Parameters(arity = "0..1", paramLabel = "KIND", description = "The kind to show in full.")
  private Optional<String> wanted = Optional.empty();

  @Option(names = "--json", description = "Prints one JSON object per kind.")
  private boolean isJson;

  StagesCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    var kinds = StageKinds.discover();
    var shown = wanted.map(kind -> List.of(find(kinds, kind))).orElseGet(kinds::factories);
    for (var kind : shown) {
      if (isJson) {
        console.json(object(kind));
      } else if (wanted.isPresent()) {
        showInFull(kind);
      } else {
        console.line("%s%n    %s%n    %s".formatted(kind.kind(), kind.summary(), inShort(kind)));
      }
    }
    return ExitCode.OK;
  }

  private static StageFactory find(StageKinds kinds, String kind) {
    return kinds
        .find(kind)
        .orElseThrow(
            () ->
                new WrongUse(
                    "kind: '%s' (expected: one of %s)"
                        .formatted(kind, String.join(", ", kinds.names()))));
  }

  /** What it takes and gives under its default options; empty if those do not tell. */
  private static Optional<Signature> signature(StageFactory kind) {
    try {
      var signature = kind.signature(Options.of(kind.options(), Map.of()));
      var isOpen = signature.inputs().isEmpty() && signature.outputs().isEmpty();
      return isOpen ? Optional.empty() : Optional.of(signature);
    } catch (StageException e) {
      return Optional.empty();
    }
  }

  private static String inShort(StageFactory kind) {
    return signature(kind)
        .map(s -> "%s -> %s".formatted(names(s.inputs()), names(s.outputs())))
        .orElse(unsaid(kind));
  }

  private static String unsaid(StageFactory kind) {
    return kind.needsArtifact() ? "as its model declares" : "as its options declare";
  }

  private static String names(List<TensorSpec> specs) {
    return specs.stream().map(TensorSpec::toString).collect(Collectors.joining(", "));
  }

  private void showInFull(StageFactory kind) {
    console.line(kind.kind());
    console.line("  " + kind.summary());
    var signature = signature(kind);
    console.line("inputs -> outputs" + (signature.isEmpty() ? ": " + unsaid(kind) : ""));
    signature.ifPresent(
        known -> {
          known.inputs().forEach(spec -> console.line("  in   " + spec));
          known.outputs().forEach(spec -> console.line("  out  " + spec));
        });
    if (kind.needsArtifact()) {
      console.line("needs a model: an artifact in each variant");
    }
    if (!kind.files().isEmpty()) {
      console.line("files: " + String.join(", ", kind.files()));
    }
    console.line("options" + (kind.options().isEmpty() ? ": none" : ""));
    for (var option : kind.options()) {
      console.line("  %s: %s, %s".formatted(option.name(), type(option), fallback(option)));
      console.line("      " + option.summary());
    }
  }

  private static String type(OptionSpec option) {
    return switch (option.type()) {
      case INTEGER -> "whole number";
      case NUMBER -> "number";
      case BOOLEAN -> "true or false";
      case TEXT -> "text";
      case CHOICE -> String.join(" | ", option.choices());
      case NUMBERS -> "list of numbers";
      case TEXTS -> "list of texts";
      case TEXT_BY_NAME -> "texts by name";
    };
  }

  private static String fallback(OptionSpec option) {
    return option.defaultValue().map(value -> "default " + value).orElse("must be given");
  }

  private static Map<String, Object> object(StageFactory kind) {
    var object = new LinkedHashMap<String, Object>();
    object.put("kind", kind.kind());
    object.put("summary", kind.summary());
    object.put("needsArtifact", kind.needsArtifact());
    object.put("files", kind.files());
    var signature = signature(kind);
    object.put("inputs", signature.map(known -> specs(known.inputs())));
    object.put("outputs", signature.map(known -> specs(known.outputs())));
    object.put("options", kind.options().stream().map(StagesCommand::object).toList());
    return object;
  }

  private static List<Map<String, Object>> specs(List<TensorSpec> specs) {
    return specs.stream().map(StagesCommand::object).toList();
  }

  private static Map<String, Object> object(TensorSpec spec) {
    var object = new LinkedHashMap<String, Object>();
    object.put("name", spec.name());
    object.put("datatype", spec.datatype().name());
    object.put("shape", spec.shape().stream().map(StagesCommand::dim).toList());
    spec.layout().ifPresent(layout -> object.put("layout", layout));
    spec.semantic().ifPresent(semantic -> object.put("semantic", semantic));
    return object;
  }

  private static Object dim(Dim dim) {
    return switch (dim) {
      case Dim.Fixed(var size) -> size;
      case Dim.Any _ -> -1;
      case Dim.Named(var name) -> name;
    };
  }

  private static Map<String, Object> object(OptionSpec option) {
    var object = new LinkedHashMap<String, Object>();
    object.put("name", option.name());
    object.put("type", option.type().name().toLowerCase(Locale.ROOT));
    object.put("summary", option.summary());
    object.put("default", option.defaultValue());
    if (!option.choices().isEmpty()) {
      object.put("choices", option.choices());
    }
    return object;
  }
}
