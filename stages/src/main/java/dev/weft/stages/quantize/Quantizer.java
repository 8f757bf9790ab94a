package dev.weft.stages.quantize;

import dev.weft.stages.calibration.Samples;
import dev.weft.stages.graph.ModelGraph;
import dev.weft.stages.graph.NodeSite;
import dev.weft.stages.onnx.OnnxModels;
import dev.weft.stages.onnx.OnnxModels.Simplified;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.tensor.TensorPool;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Writes one model in smaller numbers, as often as asked. What cannot be written so stays as it was
 * and is listed with the reason; the same model, settings, samples and versions give the same
 * bytes.
 */
public final class Quantizer {

  private static final int REASONS_SHOWN = 5;

  private final Simplified source;
  private final ModelGraph graph;
  private final Settings settings;
  private final List<Form> forms;
  private final LayerNorms norms;
  private final Optional<String> calibration;
  private final String tool;

  private Quantizer(
      Simplified source,
      ModelGraph graph,
      Settings settings,
      List<Form> forms,
      LayerNorms norms,
      Optional<String> calibration,
      String tool) {
    this.source = source;
    this.graph = graph;
    this.settings = settings;
    this.forms = forms;
    this.norms = norms;
    this.calibration = calibration;
    this.tool = tool;
  }

  /**
   * Prepares to write a model, which includes running it on the samples where that is of use.
   *
   * @param samples stay the caller's; empty if there are none
   * @param pool lends what the model gives on the samples
   * @param tool version of what asks, for recipes
   * @throws StageException with {@link ErrorCode#FAILED_PRECONDITION} if the model's operators are
   *     too old for the method, or it needs samples and there are none
   */
  public static Quantizer of(
      Simplified source,
      Settings settings,
      Optional<Samples> samples,
      TensorPool pool,
      String tool) {
    var graph = ModelGraph.parse(source.path().toString(), source.content());
    return new Quantizer(
        source,
        graph,
        settings,
        forms(graph, settings, samples, pool),
        settings.method() == Method.FP16 ? LayerNorms.NONE : LayerNorms.of(graph, pool),
        samples.filter(_ -> settings.method().isCalibrated()).map(Samples::digest),
        tool);
  }

  private static List<Form> forms(
      ModelGraph graph, Settings settings, Optional<Samples> samples, TensorPool pool) {
    var method = settings.method();
    return switch (method) {
      case INT8_DYNAMIC -> {
        requireOperatorSet(graph, DynamicInput.OPERATOR_SET_MIN, method);
        var smoothing =
            samples.map(given -> Smoothing.of(graph, given, pool)).orElse(Smoothing.NONE);
        yield Forms.int8Dynamic(settings.levels(), smoothing);
      }
      case INT8_STATIC -> {
        var given = samples.orElseThrow(() -> needsSamples(graph));
        var plan = StaticPlan.of(graph, settings.ranges(), given, pool);
        yield Forms.int8Static(settings.levels(), plan);
      }
      case INT4 -> Forms.int4();
      case FP16 -> Forms.fp16();
    };
  }

  /**
   * The model in smaller numbers.
   *
   * @param keep nodes that stay as they are, by name, each with the reason
   * @throws StageException with {@link ErrorCode#BAD_ARTIFACT} for weights that are not finite;
   *     with {@link ErrorCode#FAILED_PRECONDITION} and the reasons if nothing in it can be
   *     quantized as asked; with {@link ErrorCode#NOT_FOUND} for a node to keep that is not there
   */
  public Quantized write(Map<String, String> keep) {
    var pass = new Pass(keep, forms, norms);
    var rewritten = graph.rewrite(pass::rewrite);
    requireKnown(keep.keySet(), pass.seen);
    requireQuantized(pass.layers);
    var recipe =
        new Recipe(
            source.sha256(),
            settings.method(),
            parameters(),
            keep.keySet(),
            calibration,
            tool,
            OnnxModels.runtime());
    var marked = rewritten.withMetadata(Recipe.METADATA_KEY, recipe.json());
    return new Quantized(marked.toByteArray(), recipe, pass.layers, norms.count());
  }

  private Map<String, String> parameters() {
    var parameters = new TreeMap<String, String>();
    switch (settings.method()) {
      case INT8_DYNAMIC -> parameters.put("reducedRange", String.valueOf(settings.reducedRange()));
      case INT8_STATIC -> {
        parameters.put("reducedRange", String.valueOf(settings.reducedRange()));
        parameters.put("ranges", settings.ranges().word());
      }
      case INT4 -> {
        parameters.put("block", String.valueOf(Int4Blocks.BLOCK));
        parameters.put("accuracyLevel", String.valueOf(BlockMatMul.ACCURACY_LEVEL));
      }
      case FP16 -> {}
    }
    return parameters;
  }

  private static StageException needsSamples(ModelGraph graph) {
    return new StageException(
        ErrorCode.FAILED_PRECONDITION,
        "model %s: no recorded inputs (expected: some, from which int8-static takes its ranges)"
            .formatted(graph.source()));
  }

  private static void requireOperatorSet(ModelGraph graph, int min, Method method) {
    if (graph.operatorSet() < min) {
      throw new StageException(
          ErrorCode.FAILED_PRECONDITION,
          "model %s: operator set %d (expected: >= %d, which has what %s is written in; export the"
                  .formatted(graph.source(), graph.operatorSet(), min, method.word())
              + " model again with a newer one)");
    }
  }

  /** One walk through the model. */
  private static final class Pass {

    private final Map<String, String> keep;
    private final List<Form> forms;
    private final LayerNorms norms;
    private final List<Layer> layers = new ArrayList<>();
    private final Set<String> seen = new HashSet<>();

    Pass(Map<String, String> keep, List<Form> forms, LayerNorms norms) {
      this.keep = keep;
      this.forms = forms;
      this.norms = norms;
    }

    boolean rewrite(NodeSite site) {
      seen.add(site.name());
      if (site.scope().isWritten(site.output(0))) {
        // What was written for a node before gives this one's output too.
        return true;
      }
      if (norms.rewrite(site)) {
        return true;
      }
      for (var form : forms) {
        if (form.concerns(site)) {
          var kept = Optional.ofNullable(keep.get(site.name())).or(() -> form.apply(site));
          layers.add(new Layer(site.name(), site.node().getOpType(), kept));
          return kept.isEmpty();
        }
      }
      return false;
    }
  }

  private void requireKnown(Set<String> keep, Set<String> seen) {
    for (var name : keep) {
      if (!seen.contains(name)) {
        throw new StageException(
            ErrorCode.NOT_FOUND,
            "model %s: no node '%s' to keep (expected: names of its nodes, as a run without that"
                    .formatted(graph.source(), name)
                + " lists them)");
      }
    }
  }

  private void requireQuantized(List<Layer> layers) {
    if (layers.stream().anyMatch(Layer::isQuantized)) {
      return;
    }
    var reasons =
        layers.stream()
            .limit(REASONS_SHOWN)
            .map(layer -> "%s: %s".formatted(layer.node(), layer.kept().orElse("")))
            .collect(Collectors.joining("; "));
    var more =
        layers.size() > REASONS_SHOWN
            ? "; and %d more".formatted(layers.size() - REASONS_SHOWN)
            : "";
    throw new StageException(
        ErrorCode.FAILED_PRECONDITION,
        "model %s: nothing in it can become %s (expected: one node at least): %s%s"
            .formatted(
                graph.source(),
                settings.method().word(),
                layers.isEmpty() ? "it has no node with weights of that kind" : reasons,
                more));
  }
}
