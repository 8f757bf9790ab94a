package dev.weft.app.command;

import dev.weft.app.console.Console;
import dev.weft.app.failure.WrongUse;
import dev.weft.app.home.Build;
import dev.weft.app.home.Home;
import dev.weft.app.quantizing.Order;
import dev.weft.app.quantizing.OutcomePrint;
import dev.weft.app.quantizing.Quantizing;
import dev.weft.app.quantizing.Target;
import dev.weft.stages.calibration.RangeRule;
import dev.weft.stages.quantize.ErrorTolerance;
import dev.weft.stages.quantize.Method;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weft quantize}: writes a model in smaller numbers and measures what that gave. */
@Command(
    name = "quantize",
    description = {
      "Writes an ONNX model in smaller numbers, measures it here against the original, and says"
          + " what it gained and cost.",
      "A form that is not faster beyond doubt, or whose error is not known, is not offered as an"
          + " upgrade; its file is written all the same. docs/quantizing.md tells more."
    },
    footer = {
      "",
      "Examples:",
      "  weft quantize minilm.onnx --to int8-dynamic --calibrate kiosk.weft",
      "  weft quantize ocr.onnx --to int8-static --calibrate lines --ranges entropy",
      "  weft quantize minilm.onnx --to int4 --calibrate lines --budget 0.05 --json"
    })
final class QuantizeCommand implements Callable<Integer> {

  private static final int ROUNDS_MIN = 6;
  private static final int ROUNDS_MAX = 1000;
  private static final int FRAMES_MAX = 4096;

  private final Console console;
  private final Home home;

  @Parameters(paramLabel = "MODEL", description = "An ONNX model.")
  private Path model = Path.of("");

  @Option(
      names = "--to",
      required = true,
      paramLabel = "METHOD",
      description = "int8-dynamic, int8-static, int4 or fp16.")
  private String to = "";

  @Option(
      names = "--calibrate",
      paramLabel = "PATH",
      description = {
        "Recorded inputs: a trace file, an edge buffer's folder, or a folder with a folder for each"
            + " run, in it a file INPUT.npy or INPUT.json for each input of the model."
      })
  private Optional<Path> calibrate = Optional.empty();

  @Option(
      names = "--map",
      paramLabel = "INPUT=SOURCE",
      description = "Where in a trace an input is: an input of the pipeline, or STEP.OUTPUT.")
  private Map<String, String> sources = Map.of();

  @Option(
      names = "--dim",
      paramLabel = "NAME=SIZE",
      description = "Without --calibrate: size of a named dimension in generated inputs.")
  private Map<String, Long> dims = Map.of();

  @Option(
      names = "--ranges",
      paramLabel = "RULE",
      defaultValue = "min-max",
      description = "How int8-static takes ranges: min-max (default), percentile or entropy.")
  private String ranges = "";

  @Option(
      names = "--keep",
      split = ",",
      paramLabel = "NODE",
      description = "Nodes that stay as they are.")
  private List<String> keep = List.of();

  @Option(
      names = "--budget",
      paramLabel = "ERROR",
      description = {
        "Most relative L2 error of any output; as few layers as need be stay float for it."
      })
  private Optional<Double> budget = Optional.empty();

  @Option(names = "--sensitivity", description = "Also tells what each layer costs.")
  private boolean isSensitivityWanted;

  @Option(
      names = "--reduced-range",
      description = "int8 weights of 7 bits, for processors without VNNI; taken there by itself.")
  private boolean isRangeReduced;

  @Option(
      names = "--frames",
      paramLabel = "N",
      defaultValue = "128",
      description = "Most recorded inputs that are read (default: 128).")
  private int frames;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "21",
      description = "Rounds in which both models are timed in turns (default: 21).")
  private int rounds;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "The file to write (default: beside the model, named for the method).")
  private Optional<Path> out = Optional.empty();

  @Option(names = "--json", description = "Prints one JSON object.")
  private boolean isJson;

  QuantizeCommand(Console console, Home home) {
    this.console = console;
    this.home = home;
  }

  @Override
  public Integer call() {
    var order = order();
    try (var progress = console.progress()) {
      var outcome = new Quantizing(order, Build.of(home).version(), progress).run();
      progress.close();
      var print = new OutcomePrint(console);
      if (isJson) {
        print.json(outcome);
      } else {
        print.text(outcome);
      }
    }
    return ExitCode.OK;
  }

  private Order order() {
    var method =
        Method.of(to)
            .orElseThrow(
                () ->
                    new WrongUse("--to: '%s' (expected: one of %s)".formatted(to, Method.words())));
    var rule =
        RangeRule.of(ranges)
            .orElseThrow(
                () ->
                    new WrongUse(
                        "--ranges: '%s' (expected: one of %s)"
                            .formatted(ranges, RangeRule.words())));
    requireWithin("--rounds", rounds, ROUNDS_MIN, ROUNDS_MAX);
    requireWithin("--frames", frames, 1, FRAMES_MAX);
    if (budget.isPresent() && !(budget.get() > 0)) {
      throw new WrongUse("--budget: %s (expected: > 0)".formatted(budget.get()));
    }
    if (budget.isPresent() && calibrate.isEmpty()) {
      throw new WrongUse(
          "--budget: no --calibrate (expected: recorded inputs; the error on generated ones is not"
              + " that of the model's work)");
    }
    return new Order(
        model,
        method,
        calibrate,
        sources,
        dims,
        rule,
        keep,
        budget.map(ErrorTolerance::new),
        isRangeReduced,
        isSensitivityWanted,
        frames,
        rounds,
        Target.of(model, method, out, calibrate));
  }

  private static void requireWithin(String option, int value, int min, int max) {
    if (value < min || value > max) {
      throw new WrongUse("%s: %d (expected: %d to %d)".formatted(option, value, min, max));
    }
  }
}
