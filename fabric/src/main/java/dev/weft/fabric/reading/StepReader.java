package dev.weft.fabric.reading;

import dev.weft.fabric.manifest.Condition;
import dev.weft.fabric.manifest.Degrade;
import dev.weft.fabric.manifest.LoadCondition;
import dev.weft.fabric.manifest.PipelineManifest.Step;
import dev.weft.fabric.manifest.Shadow;
import dev.weft.fabric.manifest.StandIn;
import dev.weft.fabric.manifest.TensorRef;
import dev.weft.fabric.problem.Findings;
import dev.weft.stages.tensor.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes the steps of a pipeline of its document. */
final class StepReader {

  private static final long CONSTANT_ELEMENTS_MAX = 1 << 20;

  private final Findings findings;

  StepReader(Findings findings) {
    this.findings = findings;
  }

  List<Step> read(List<YamlObject> objects) {
    var names = new DistinctNames(findings);
    var steps = new ArrayList<Step>();
    for (var object : objects) {
      names.add(object);
      steps.add(step(object));
    }
    return steps;
  }

  private Step step(YamlObject object) {
    return new Step(
        object.text("name"),
        object.text("stage"),
        object.optionalText("variant"),
        object.map("inputs", TensorRef.class),
        object.value("when", Condition.class),
        object.value("optional", Boolean.class),
        object.optionalText("gate"),
        standIns(object),
        degrade(object.objects("degrade")),
        object
            .object("shadow")
            .map(shadow -> new Shadow(shadow.text("variant"), shadow.whole("percent"))));
  }

  private Map<String, StandIn> standIns(YamlObject step) {
    var standIns = new LinkedHashMap<String, StandIn>();
    step.map("standIn", Object.class)
        .forEach(
            (output, value) -> {
              switch (value) {
                case TensorRef reference -> standIns.put(output, new StandIn.FromTensor(reference));
                case YamlObject object ->
                    constant(object).ifPresent(constant -> standIns.put(output, constant));
                default -> throw new IllegalStateException("stand-in of " + value.getClass());
              }
            });
    return standIns;
  }

  private Optional<StandIn> constant(YamlObject object) {
    if (findings.isBroken(object.path())) {
      return Optional.empty();
    }
    var sizes = object.list("shape", Long.class).stream().mapToLong(Long::longValue).toArray();
    var values = object.list("values", Object.class);
    try {
      var shape = Shape.of(sizes);
      var elements = shape.elements();
      if (elements > CONSTANT_ELEMENTS_MAX) {
        findings.error(
            object.path("shape"),
            shape.toString(),
            "at most %d elements".formatted(CONSTANT_ELEMENTS_MAX));
      } else if (values.size() != elements && (values.size() != 1 || elements == 0)) {
        findings.error(
            object.path("values"),
            "%d values".formatted(values.size()),
            "%s, to fill %s".formatted(elements > 1 ? "1 or " + elements : elements, shape));
      } else {
        return Optional.of(new StandIn.Constant(shape, values));
      }
    } catch (IllegalArgumentException e) {
      findings.error(object.path("shape"), "too large", "a product of sizes below 2^63");
    }
    return Optional.empty();
  }

  /** The entries that are whole; what others lack has been reported. */
  private List<Degrade> degrade(List<YamlObject> objects) {
    var degrade = new ArrayList<Degrade>();
    for (var object : objects) {
      checkBelongs(object, "within", StepFields.DEFER);
      checkBelongs(object, "variant", StepFields.CHEAPER);
      checkVariant(object);
      object
          .value("when", LoadCondition.class)
          .flatMap(when -> degrade(object, when))
          .ifPresent(degrade::add);
    }
    return degrade;
  }

  private Optional<Degrade> degrade(YamlObject object, LoadCondition when) {
    return switch (object.text("do")) {
      case StepFields.SKIP -> Optional.of(new Degrade.Skip(when));
      case StepFields.DEFER ->
          object.duration("within").map(within -> new Degrade.Defer(when, within));
      case StepFields.CHEAPER ->
          object.optionalText("variant").map(variant -> new Degrade.Cheaper(when, variant));
      default -> Optional.empty();
    };
  }

  /** Checks that a field is given only with the {@code do} it belongs to. */
  private void checkBelongs(YamlObject object, String field, String owner) {
    var what = object.optionalText("do");
    if (what.isPresent() && !what.get().equals(owner) && object.has(field)) {
      findings.errorInName(
          object.path(field),
          "given with 'do: %s'".formatted(what.get()),
          "only with 'do: %s'".formatted(owner));
    }
  }

  private void checkVariant(YamlObject object) {
    var path = object.path("variant");
    var isCheaper = object.text("do").equals(StepFields.CHEAPER);
    if (isCheaper && !object.has("variant") && !findings.isBroken(path)) {
      findings.error(path, "missing", "the variant that runs instead, because of 'do: cheaper'");
    }
  }
}
