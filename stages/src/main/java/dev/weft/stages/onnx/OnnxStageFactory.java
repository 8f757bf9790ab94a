package dev.weft.stages.onnx;

import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import dev.weft.stages.spi.Dim;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.OptionSpec;
import dev.weft.stages.spi.Options;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.spi.StageFactory;
import dev.weft.stages.spi.StageSetup;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Kind {@code onnx}: any ONNX model, run by ONNX Runtime on the CPU. */
public final class OnnxStageFactory implements StageFactory {

  private static final int THREADS_MAX = 256;
  private static final int WARM_UP_RUNS_MAX = 1000;

  @Override
  public String kind() {
    return "onnx";
  }

  @Override
  public String summary() {
    return "Runs an ONNX model; its ABI is checked against the model's when it is loaded.";
  }

  @Override
  public List<OptionSpec> options() {
    return List.of(
        OptionSpec.of(
            "intraOpThreads", OptionSpec.Type.INTEGER, 1L, "Threads that share one operator."),
        OptionSpec.of(
            "interOpThreads", OptionSpec.Type.INTEGER, 1L, "Threads that share one run's graph."),
        OptionSpec.choice(
            "optimization",
            "all",
            List.of("none", "basic", "extended", "all"),
            "How far the graph is rewritten; another level may change the last bits of results."),
        OptionSpec.of(
            "arena",
            OptionSpec.Type.BOOLEAN,
            true,
            "Whether memory of intermediate tensors is kept between runs; false saves memory and"
                + " costs time."),
        OptionSpec.choice(
            "memoryPatterns",
            "auto",
            List.of("auto", "on", "off"),
            "Whether the layout of intermediate tensors is planned once per shape of inputs and"
                + " kept: faster, but memory grows with every new shape; auto: where the ABI leaves"
                + " at most one dimension open."),
        OptionSpec.of(
            "warmUpRuns",
            OptionSpec.Type.INTEGER,
            2L,
            "Runs on zeros before the first frame; 0 for a model that fails on zeros."),
        byName("warmUpDims", "Sizes of named dimensions in warm-up runs; the others are 1."),
        byName("inputs", "Names of ABI inputs in the model, where they differ."),
        byName("outputs", "Names of ABI outputs in the model, where they differ."),
        OptionSpec.of(
            "scan",
            OptionSpec.Type.TEXTS,
            List.of(),
            "Model inputs whose first axis is iterated: one run of the model per row, outputs"
                + " stacked."),
        byName(
            "carry",
            "State inputs of the model and the outputs they are taken from one row later; zero at"
                + " the first; neither is in the ABI."),
        byName("constants", "Inputs of the model filled with one value; not in the ABI."));
  }

  @Override
  public boolean needsArtifact() {
    return true;
  }

  @Override
  public Signature signature(Options options) {
    return new Signature(List.of(), List.of());
  }

  @Override
  public Stage create(StageSetup setup) {
    var options = setup.options();
    var tuning = tuning(options, setup.declared());
    var runs = bounded(options, "warmUpRuns", 0, WARM_UP_RUNS_MAX);
    var warmUp = new WarmUp(setup.stage(), runs, warmUpDims(options));
    var path =
        setup
            .artifact()
            .orElseThrow(
                () ->
                    new StageException(
                        ErrorCode.INVALID_MANIFEST,
                        "stage '%s': no artifact (expected: an ONNX model)"
                            .formatted(setup.stage())));
    var model = OnnxModel.load(ModelFile.inspect(path), tuning);
    try {
      var plan = AbiMatch.plan(setup.stage(), model, setup.declared(), options);
      return new OnnxStage(model, plan, new OrtTensors(setup.pool()), warmUp);
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  private static OnnxModel.Tuning tuning(Options options, Signature declared) {
    var optimization =
        switch (options.text("optimization")) {
          case "none" -> OptLevel.NO_OPT;
          case "basic" -> OptLevel.BASIC_OPT;
          case "extended" -> OptLevel.EXTENDED_OPT;
          case "all" -> OptLevel.ALL_OPT;
          case String other ->
              throw invalid("optimization", other, "one of none, basic, extended, all");
        };
    return new OnnxModel.Tuning(
        bounded(options, "intraOpThreads", 1, THREADS_MAX),
        bounded(options, "interOpThreads", 1, THREADS_MAX),
        optimization,
        options.flag("arena"),
        memoryPatterns(options, declared));
  }

  private static boolean memoryPatterns(Options options, Signature declared) {
    return switch (options.text("memoryPatterns")) {
      case "on" -> true;
      case "off" -> false;
      case "auto" -> openDimensions(declared) <= 1;
      case String other -> throw invalid("memoryPatterns", other, "one of auto, on, off");
    };
  }

  private static long openDimensions(Signature declared) {
    var dims = declared.inputs().stream().flatMap(spec -> spec.shape().stream()).toList();
    var named = dims.stream().filter(Dim.Named.class::isInstance).distinct().count();
    return named + dims.stream().filter(Dim.Any.class::isInstance).count();
  }

  private static Map<String, Long> warmUpDims(Options options) {
    var sizes = new HashMap<String, Long>();
    options
        .textByName("warmUpDims")
        .forEach(
            (name, text) -> {
              try {
                sizes.put(name, Long.parseUnsignedLong(text));
              } catch (NumberFormatException e) {
                throw invalid("warmUpDims", name + ": " + text, "a size");
              }
            });
    return sizes;
  }

  private static int bounded(Options options, String name, int min, int max) {
    var value = options.integer(name);
    if (value < min || value > max) {
      throw invalid(name, Long.toString(value), min + " to " + max);
    }
    return (int) value;
  }

  private static OptionSpec byName(String name, String summary) {
    return OptionSpec.of(name, OptionSpec.Type.TEXT_BY_NAME, Map.of(), summary);
  }

  private static StageException invalid(String option, String value, String expected) {
    return new StageException(
        ErrorCode.INVALID_MANIFEST,
        "option '%s': %s (expected: %s)".formatted(option, value, expected));
  }
}
