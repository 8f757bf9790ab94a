package dev.weft.fabric.wiring;

import dev.weft.fabric.manifest.Variant;
import dev.weft.fabric.problem.Findings;
import dev.weft.fabric.problem.NearestName;
import dev.weft.stages.spi.Dim;
import dev.weft.stages.spi.OptionSpec;
import dev.weft.stages.spi.Options;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.spi.StageFactory;
import dev.weft.stages.spi.TensorSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Holds the ABI a manifest declares against the signature its kind has under the manifest's
 * options, and makes one of both: the kind's order, the narrower of two dimensions, the declared
 * layout and semantic before the kind's.
 */
public final class AbiCheck {

  private final StageFactory kind;
  private final Findings findings;

  public AbiCheck(StageFactory kind, Findings findings) {
    this.kind = kind;
    this.findings = findings;
  }

  /**
   * The ABI of a stage.
   *
   * @param declared what the manifest says, if it says anything
   */
  public Signature abi(
      Optional<Signature> declared, Map<String, Object> options, List<Variant> variants) {
    var result = declared.orElse(new Signature(List.of(), List.of()));
    for (var i = 0; i < variants.size(); i++) {
      var signature = signature(options, variants.get(i), i);
      if (signature.isEmpty()) {
        continue;
      }
      var own = signature.get();
      result =
          new Signature(
              side("inputs", result.inputs(), own.inputs(), own),
              side("outputs", result.outputs(), own.outputs(), own));
    }
    return result;
  }

  /** The kind's signature for one variant; empty after a problem with the options was reported. */
  private Optional<Signature> signature(Map<String, Object> options, Variant variant, int index) {
    var path = variant.options().isEmpty() ? "options" : "variants[%d].options".formatted(index);
    var missing = missing(options, variant.options());
    for (var spec : missing) {
      if (!findings.isBroken("options." + spec.name())) {
        findings.error("options." + spec.name(), "missing", spec.summary());
      }
    }
    if (!missing.isEmpty() || findings.isBroken("options") || findings.isBroken(path)) {
      return Optional.empty();
    }
    var merged = new HashMap<>(options);
    merged.putAll(variant.options());
    try {
      return Optional.of(kind.signature(Options.of(kind.options(), merged)));
    } catch (StageException | IllegalArgumentException e) {
      findings.error(path, String.valueOf(e.getMessage()), "options that go together");
      return Optional.empty();
    }
  }

  /** Options the kind must be given that neither {@code stage} nor {@code variant} gives. */
  private List<OptionSpec> missing(Map<String, Object> stage, Map<String, Object> variant) {
    return kind.options().stream()
        .filter(spec -> spec.defaultValue().isEmpty())
        .filter(spec -> !stage.containsKey(spec.name()) && !variant.containsKey(spec.name()))
        .toList();
  }

  private List<TensorSpec> side(
      String side, List<TensorSpec> declared, List<TensorSpec> own, Signature signature) {
    var path = Findings.join("abi", side);
    if (findings.isUnread("abi") || findings.isBroken(path)) {
      return declared;
    }
    var isOpen = signature.inputs().isEmpty() && signature.outputs().isEmpty();
    if (isOpen) {
      if (!findings.hasValue(path)) {
        findings.error(
            findings.hasValue("abi") ? path : "abi",
            "missing",
            "declared, because kind '%s' leaves it to its model".formatted(kind.kind()));
      }
      return declared;
    }
    return findings.hasValue(path) ? merged(path, declared, own) : own;
  }

  private List<TensorSpec> merged(String path, List<TensorSpec> declared, List<TensorSpec> own) {
    var names = own.stream().map(TensorSpec::name).toList();
    var taken = new HashMap<String, TensorSpec>();
    var hinted = new ArrayList<String>();
    for (var i = 0; i < declared.size(); i++) {
      var spec = declared.get(i);
      var at = Findings.join(path, i);
      if (names.contains(spec.name())) {
        taken.put(spec.name(), spec);
        check(at, spec, own.get(names.indexOf(spec.name())));
      } else {
        var what = "a tensor of kind '%s'".formatted(kind.kind());
        NearestName.of(spec.name(), names).ifPresent(hinted::add);
        findings.error(
            Findings.join(at, "name"),
            "'" + spec.name() + "'",
            NearestName.expected(what, spec.name(), names));
      }
    }
    var merged = new ArrayList<TensorSpec>();
    for (var spec : own) {
      var mine = taken.get(spec.name());
      if (mine == null && !hinted.contains(spec.name())) {
        var expected = "all tensors of kind '%s', also %s".formatted(kind.kind(), spec);
        findings.error(path, "no '%s'".formatted(spec.name()), expected);
      }
      merged.add(mine == null ? spec : narrower(mine, spec));
    }
    return merged;
  }

  private void check(String at, TensorSpec declared, TensorSpec own) {
    var differences = new ArrayList<String>();
    if (declared.datatype() != own.datatype()) {
      differences.add("datatype " + own.datatype());
    }
    if (declared.rank() != own.rank()) {
      differences.add("rank " + own.rank());
    } else {
      for (var axis = 0; axis < own.rank(); axis++) {
        if (declared.shape().get(axis) instanceof Dim.Fixed(var size)
            && own.shape().get(axis) instanceof Dim.Fixed(var ownSize)
            && size != ownSize) {
          differences.add("dimension %d = %d".formatted(axis, ownSize));
        }
      }
    }
    if (!TensorMatch.agree(declared.layout(), own.layout())) {
      differences.add("layout " + own.layout().orElse(""));
    }
    if (!TensorMatch.accepts(own.semantic(), declared.semantic())
        && !TensorMatch.accepts(declared.semantic(), own.semantic())) {
      differences.add("semantic " + own.semantic().orElse(""));
    }
    if (!differences.isEmpty()) {
      findings.error(
          at,
          declared.toString(),
          "%s as kind '%s' has it: %s".formatted(String.join(", ", differences), kind.kind(), own));
    }
  }

  private static TensorSpec narrower(TensorSpec declared, TensorSpec own) {
    if (declared.rank() != own.rank()) {
      return declared;
    }
    var shape = new ArrayList<Dim>();
    for (var axis = 0; axis < own.rank(); axis++) {
      var mine = declared.shape().get(axis);
      var kinds = own.shape().get(axis);
      var narrower =
          switch (mine) {
            case Dim.Fixed _ -> mine;
            case Dim.Named _ -> kinds instanceof Dim.Fixed ? kinds : mine;
            case Dim.Any _ -> kinds;
          };
      shape.add(narrower);
    }
    return new TensorSpec(
        declared.name(),
        declared.datatype(),
        shape,
        declared.layout().or(own::layout),
        declared.semantic().or(own::semantic));
  }
}
