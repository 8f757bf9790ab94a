package dev.weft.app.quantizing;

import dev.weft.app.console.Amount;
import dev.weft.app.console.Console;
import dev.weft.stages.quantize.ByteProducts;
import dev.weft.stages.quantize.Layer;
import dev.weft.stages.quantize.Measured;
import dev.weft.stages.quantize.Method;
import dev.weft.stages.quantize.OutputError;
import dev.weft.stages.quantize.Sensitivity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tells what became of a model, as text or as one JSON object. */
public record OutcomePrint(Console console) {

  /** For a person. */
  public void text(Outcome outcome) {
    var recipe = outcome.quantized().recipe();
    console.line(
        "%s: %s as %s, %s of %s layers, in %s ms"
            .formatted(
                outcome.file().model(),
                outcome.order().model().getFileName(),
                recipe.method().word(),
                outcome.quantized().quantized().size(),
                outcome.quantized().layers().size(),
                Amount.millis(outcome.convertTime())));
    outcome
        .reducedBecause()
        .ifPresent(why -> console.line("weights in 7 of 8 bits: %s".formatted(why)));
    if (outcome.quantized().layerNorms() > 0) {
      console.line(
          "%s as SkipLayerNormalization"
              .formatted(Amount.count(outcome.quantized().layerNorms(), "layer normalization")));
    }
    console.line(
        "size     %s, %s times smaller than %s"
            .formatted(
                Amount.bytes(outcome.file().bytes()),
                ratio((double) outcome.sourceBytes() / outcome.file().bytes()),
                Amount.bytes(outcome.sourceBytes())));
    outcome.measured().ifPresent(measured -> measured(outcome, measured));
    outcome.sensitivity().ifPresent(this::sensitivity);
    kept(outcome.quantized().kept());
    console.line("recipe   " + outcome.file().recipe());
    if (outcome.objection().isPresent()) {
      console.line("not offered as an upgrade: " + outcome.objection().get());
    } else {
      console.line("");
      console.line("variants:");
      console.line(variant(outcome));
    }
  }

  private void measured(Outcome outcome, Measured measured) {
    var speed = measured.speedUp();
    console.line(
        "speed    %s times as fast, 95 %% interval %s to %s, median of %d rounds in turns"
            .formatted(
                ratio(speed.median()), ratio(speed.low()), ratio(speed.high()), speed.rounds()));
    if (measured.errors().isEmpty()) {
      console.line("error    not known: no output to compare");
      return;
    }
    console.line(
        "error    on %s, against the original:"
            .formatted(
                Amount.count(
                    outcome.frames(),
                    outcome.isRecorded() ? "recorded input" : "generated input")));
    console.table(
        List.of("output", "relative L2", "max abs", "cosine", "broken runs"),
        measured.errors().stream().map(OutcomePrint::row).toList());
  }

  static List<String> row(OutputError error) {
    return List.of(
        error.output(),
        Amount.figure(error.relativeL2()),
        Amount.figure(error.maxAbs()),
        Amount.figure(error.cosine()),
        Long.toString(error.broken()));
  }

  private void sensitivity(Sensitivity sensitivity) {
    console.line("what each layer costs, quantized alone:");
    console.table(
        List.of("layer", "relative L2"),
        sensitivity.layers().stream()
            .map(layer -> List.of(layer.node(), Amount.figure(layer.error())))
            .toList());
  }

  private void kept(List<Layer> kept) {
    var byReason = new LinkedHashMap<String, List<String>>();
    for (var layer : kept) {
      byReason.computeIfAbsent(layer.kept().orElse(""), _ -> new ArrayList<>()).add(layer.node());
    }
    byReason.forEach(
        (reason, nodes) -> {
          console.line("stays float: %s".formatted(reason));
          nodes.forEach(node -> console.line("  " + node));
        });
  }

  /** What a stage manifest says of it. */
  static String variant(Outcome outcome) {
    var method = outcome.quantized().recipe().method();
    var needs = needs(outcome);
    return """
      - name: %s
        precision: %s
    %s    artifact:
          file: %s
          sha256: %s
          size: %d\
    """
        .formatted(
            method.word(),
            method.precision(),
            needs.isEmpty() ? "" : "    needs: %s\n".formatted(needs),
            outcome.file().model().getFileName(),
            outcome.file().sha256(),
            outcome.file().bytes());
  }

  /** What a node must be able to do to run it as it was measured. */
  static List<String> needs(Outcome outcome) {
    var method = outcome.quantized().recipe().method();
    var isInt8 = method == Method.INT8_DYNAMIC || method == Method.INT8_STATIC;
    return isInt8 && outcome.reducedBecause().isEmpty() ? List.of(ByteProducts.NEED) : List.of();
  }

  /** For a program. */
  public void json(Outcome outcome) {
    var object = new LinkedHashMap<String, Object>();
    var recipe = outcome.quantized().recipe();
    object.put("file", outcome.file().model().toString());
    object.put("sha256", outcome.file().sha256());
    object.put("bytes", outcome.file().bytes());
    object.put("sourceBytes", outcome.sourceBytes());
    object.put("method", recipe.method().word());
    object.put("convertMillis", outcome.convertTime().toNanos() / 1e6);
    object.put("inputs", outcome.isRecorded() ? "recorded" : "generated");
    object.put("frames", outcome.frames());
    object.put("reducedRange", outcome.reducedBecause());
    object.put("needs", needs(outcome));
    object.put("speedUp", outcome.measured().map(OutcomePrint::speedUp));
    object.put(
        "errors",
        outcome.measured().stream()
            .flatMap(measured -> measured.errors().stream())
            .map(OutcomePrint::error)
            .toList());
    object.put("layerNorms", outcome.quantized().layerNorms());
    object.put("layers", outcome.quantized().layers().stream().map(OutcomePrint::layer).toList());
    object.put(
        "sensitivity",
        outcome.sensitivity().stream()
            .flatMap(sensitivity -> sensitivity.layers().stream())
            .map(each -> Map.of("node", each.node(), "relativeL2", each.error()))
            .toList());
    object.put("recipe", recipe(outcome));
    object.put("offered", outcome.isOffered());
    object.put("reason", outcome.objection());
    console.json(object);
  }

  private static Map<String, Object> speedUp(Measured measured) {
    var object = new LinkedHashMap<String, Object>();
    object.put("median", measured.speedUp().median());
    object.put("low", measured.speedUp().low());
    object.put("high", measured.speedUp().high());
    object.put("rounds", measured.speedUp().rounds());
    return object;
  }

  private static Map<String, Object> error(OutputError error) {
    var object = new LinkedHashMap<String, Object>();
    object.put("output", error.output());
    object.put("relativeL2", error.relativeL2());
    object.put("maxAbs", error.maxAbs());
    object.put("cosine", error.cosine());
    object.put("compared", error.compared());
    object.put("broken", error.broken());
    return object;
  }

  private static Map<String, Object> layer(Layer layer) {
    var object = new LinkedHashMap<String, Object>();
    object.put("node", layer.node());
    object.put("operator", layer.operator());
    object.put("kept", layer.kept());
    return object;
  }

  private static Map<String, Object> recipe(Outcome outcome) {
    var recipe = outcome.quantized().recipe();
    var object = new LinkedHashMap<String, Object>();
    object.put("source", recipe.source());
    object.put("method", recipe.method().word());
    object.put("parameters", recipe.parameters());
    object.put("keep", recipe.keep());
    object.put("calibration", recipe.calibration());
    object.put("tool", recipe.tool());
    object.put("runtime", recipe.runtime());
    return object;
  }

  private static String ratio(double value) {
    return Amount.format("%.2f", value);
  }
}
