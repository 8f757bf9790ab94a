package dev.weft.fabric.trace;

import dev.weft.fabric.manifest.Artifact;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.pipeline.Plan;
import dev.weft.fabric.trace.Fingerprint.Environment;
import dev.weft.fabric.trace.Fingerprint.VariantPrint;
import dev.weft.stages.onnx.OnnxModels;
import dev.weft.stages.spi.OptionSpec;
import dev.weft.stages.spi.Options;
import dev.weft.stages.spi.StageFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** Takes the fingerprint of what a plan can run here. */
public final class Fingerprints {

  private final Function<String, Optional<StageFactory>> kinds;
  private final Environment environment;

  /**
   * @param kinds finds the factory of a kind, for the defaults of its options
   */
  public Fingerprints(Function<String, Optional<StageFactory>> kinds, Environment environment) {
    this.kinds = kinds;
    this.environment = environment;
  }

  /** What this process runs on. */
  public static Environment here() {
    return new Environment(
        OnnxModels.runtime(),
        "%s %s".formatted(System.getProperty("java.vm.name"), Runtime.version()),
        CpuFile.features(),
        Fingerprint.FABRIC_ABI);
  }

  /**
   * @param stages every stage the plan names, by name
   */
  public Fingerprint of(Plan plan, Map<String, StageManifest> stages) {
    var prints = new TreeMap<String, VariantPrint>();
    for (var step : plan.steps()) {
      for (var arm : step.arms()) {
        var stage = stages.get(arm.stage());
        if (stage != null) {
          prints.put(arm.stage() + "@" + arm.variant(), print(stage, arm.variant()));
        }
      }
    }
    return Fingerprint.of(List.copyOf(prints.values()), environment);
  }

  /**
   * The fingerprint that what {@code other} is of would have here.
   *
   * @param stages by name; what is not among them is left out
   */
  public Fingerprint like(Fingerprint other, Map<String, StageManifest> stages) {
    var prints = new ArrayList<VariantPrint>();
    for (var each : other.variants()) {
      var stage = stages.get(each.stage());
      if (stage != null && stage.variant(each.variant()).isPresent()) {
        prints.add(print(stage, each.variant()));
      }
    }
    return Fingerprint.of(prints, environment);
  }

  private VariantPrint print(StageManifest stage, String name) {
    var variant = stage.variant(name).orElseThrow();
    var given = new LinkedHashMap<>(stage.options());
    given.putAll(variant.options());
    List<OptionSpec> specs = kinds.apply(stage.uses()).map(StageFactory::options).orElse(List.of());
    var options = new TreeMap<String, String>();
    Options.of(specs, given).values().forEach((key, value) -> options.put(key, value.toString()));
    var files = new TreeMap<String, String>();
    stage.files().forEach((key, file) -> files.put(key, file.sha256()));
    return new VariantPrint(
        stage.name(),
        name,
        stage.uses(),
        variant.artifact().map(Artifact::sha256).orElse(""),
        files,
        options);
  }
}
