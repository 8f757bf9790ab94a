package dev.weft.app.command;

import dev.weft.app.failure.WrongUse;
import dev.weft.app.running.FrameLoop;
import dev.weft.app.running.TensorFile;
import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.manifest.Quantity;
import dev.weft.fabric.pipeline.Request;
import dev.weft.stages.tensor.Tensor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The flags of {@code weft run}, and what they mean. */
final class RunOptions {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--pipeline",
      paramLabel = "NAME",
      description = "Which pipeline, if there are several.")
  private Optional<String> pipeline = Optional.empty();

  @Option(
      names = {"-i", "--input"},
      paramLabel = "NAME=FILE",
      description = "An input: a file, or text:WORDS. Once for each input.")
  private Map<String, String> inputs = new LinkedHashMap<>();

  @Option(
      names = "--repeat",
      paramLabel = "N",
      defaultValue = "1",
      description = "Frames to run, or 'forever'. Default: ${DEFAULT-VALUE}.")
  private String repeat = "1";

  @Option(
      names = "--parallel",
      paramLabel = "K",
      defaultValue = "1",
      description = "Most frames inside at once. Default: ${DEFAULT-VALUE}.")
  private int parallel = 1;

  @Option(
      names = "--variant",
      paramLabel = "STEP=VARIANT",
      description = "Another variant at a step, or at STEP/ARM of a split one.")
  private Map<String, String> variants = new LinkedHashMap<>();

  @Option(
      names = "--gate",
      paramLabel = "NAME=on|off",
      description = "The position of a feature gate.")
  private Map<String, String> gates = new LinkedHashMap<>();

  @Option(names = "--lane", paramLabel = "LANE", description = "Instead of the pipeline's own.")
  private Optional<String> lane = Optional.empty();

  @Option(
      names = "--deadline",
      paramLabel = "TIME",
      description = "Such as 100ms or 2s, instead of the pipeline's own.")
  private Optional<String> deadline = Optional.empty();

  @Option(
      names = "--attribute",
      paramLabel = "NAME=VALUE",
      description = "Of every frame, such as session=a, to which splits stick.")
  private Map<String, String> attributes = new LinkedHashMap<>();

  @Option(
      names = "--save",
      paramLabel = "OUTPUT=FILE",
      description = "Writes an output of the first frame to a .npy, .json or .txt file.")
  private Map<String, Path> saved = new LinkedHashMap<>();

  @Option(
      names = "--control",
      paramLabel = "PATH|off",
      description =
          "Where 'weft ctl' reaches this process while it repeats. Default: a socket in"
              + " .weft/run.")
  private Optional<String> control = Optional.empty();

  @Option(
      names = "--trace",
      paramLabel = "FILE",
      description =
          "Records every frame to a new trace file, for 'weft replay'; as the manifest's trace"
              + " says, if it says so.")
  private Optional<Path> trace = Optional.empty();

  @Option(
      names = "--trace-folder",
      paramLabel = "FOLDER",
      description =
          "Records to the edge buffer in this folder instead, which keeps as much as its retention"
              + " classes say. Default: weft.fabric.trace.folder.")
  private Optional<Path> traceFolder = Optional.empty();

  @Option(
      names = "--rollouts",
      paramLabel = "FOLDER",
      description =
          "Takes 'weft rollout' commands while frames repeat, and keeps rollouts and their evidence"
              + " in this folder. What was under way there goes on.")
  private Optional<Path> rollouts = Optional.empty();

  @Option(
      names = "--json",
      description = "Prints the first answer as a JSON object and, with --repeat, a summary.")
  private boolean isJson;

  /** Refuses a name given twice to one flag: the last would win in silence. */
  void requireOnce() {
    for (var option : spec.commandLine().getParseResult().matchedOptions()) {
      if (option.typeInfo().isMap()) {
        var names = new HashSet<String>();
        for (var value : option.originalStringValues()) {
          var name = value.substring(0, Math.max(0, value.indexOf('=')));
          if (!names.add(name)) {
            throw new WrongUse(
                "%s: '%s' twice (expected: once)".formatted(option.longestName(), name));
          }
        }
      }
    }
  }

  /** The folder that rollouts are kept in; empty where they are off. */
  Optional<Path> rollouts() {
    if (rollouts.isPresent() && count() == 1) {
      throw new WrongUse("--rollouts of one frame (expected: --repeat with more)");
    }
    return rollouts;
  }

  /** The file that frames are recorded to. */
  Optional<Path> trace() {
    return trace;
  }

  /** The edge buffer that frames are recorded to. */
  Optional<Path> traceFolder() {
    return traceFolder;
  }

  /** Whether flags say that every frame is recorded. */
  boolean isTraced() {
    if (trace.isPresent() && traceFolder.isPresent()) {
      throw new WrongUse("--trace and --trace-folder (expected: one of them)");
    }
    return trace.isPresent() || traceFolder.isPresent();
  }

  Optional<String> pipeline() {
    return pipeline;
  }

  Map<String, String> inputs() {
    return inputs;
  }

  Map<String, String> variants() {
    return variants;
  }

  boolean isJson() {
    return isJson;
  }

  int parallel() {
    if (parallel < 1) {
      throw new WrongUse("--parallel: %d (expected: >= 1)".formatted(parallel));
    }
    return parallel;
  }

  /** Frames to run, or {@link FrameLoop#FOREVER}. */
  long count() {
    if (repeat.equals("forever")) {
      return FrameLoop.FOREVER;
    }
    if (!repeat.matches("[1-9][0-9]{0,17}")) {
      throw new WrongUse(
          "--repeat: '%s' (expected: a whole number >= 1, or 'forever')".formatted(repeat));
    }
    return Long.parseLong(repeat);
  }

  /** Whether each named gate is to be on. */
  Map<String, Boolean> gates() {
    var positions = new LinkedHashMap<String, Boolean>();
    gates.forEach((gate, word) -> positions.put(gate, isOn("--gate " + gate, word)));
    return positions;
  }

  /** Reads {@code on} or {@code off}. */
  static boolean isOn(String what, String word) {
    return switch (word) {
      case "on" -> true;
      case "off" -> false;
      default -> throw new WrongUse("%s: '%s' (expected: on or off)".formatted(what, word));
    };
  }

  List<TensorFile> saved() {
    return saved.entrySet().stream()
        .map(entry -> TensorFile.of(entry.getKey(), entry.getValue()))
        .toList();
  }

  /** Path of the control socket; empty for the usual place, unless {@link #isControlOff()}. */
  Optional<Path> control() {
    return control.map(Path::of);
  }

  boolean isControlOff() {
    return control.filter("off"::equals).isPresent();
  }

  /** A request with these tensors as all flags say. */
  Request request(Map<String, Tensor> tensors) {
    return new Request(
        tensors,
        attributes,
        lane.map(RunOptions::lane),
        deadline.map(RunOptions::deadline),
        List.of());
  }

  private static Lane lane(String word) {
    return Arrays.stream(Lane.values())
        .filter(lane -> lane.word().equals(word))
        .findFirst()
        .orElseThrow(
            () -> new WrongUse("--lane: '%s' (expected: one of %s)".formatted(word, lanes())));
  }

  private static Duration deadline(String text) {
    var expected = "a time such as 100ms or 2s, at most 24h";
    return Quantity.duration(text)
        .orElseThrow(
            () -> new WrongUse("--deadline: '%s' (expected: %s)".formatted(text, expected)));
  }

  private static String lanes() {
    return Arrays.stream(Lane.values()).map(Lane::word).collect(Collectors.joining(", "));
  }
}
