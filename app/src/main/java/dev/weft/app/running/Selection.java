package dev.weft.app.running;

import dev.weft.app.failure.WorkFailed;
import dev.weft.app.failure.WrongUse;
import dev.weft.app.fetch.Fetcher;
import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.embedded.SingleModel;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.manifest.Artifact;
import dev.weft.fabric.manifest.Capture;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.negotiation.Negotiation;
import dev.weft.fabric.negotiation.NodeAbilities;
import dev.weft.fabric.reading.ArtifactFiles;
import dev.weft.fabric.reading.ManifestFiles;
import dev.weft.fabric.reading.ManifestFiles.Verify;
import dev.weft.stages.spi.StageKinds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What is to be run: a pipeline with the stages it uses, or a bare model.
 *
 * @param pipeline as declared, but for variants chosen on the command line
 * @param stages all that were read with it, by name
 */
public record Selection(PipelineManifest pipeline, Map<String, StageManifest> stages) {

  public Selection {
    stages = Map.copyOf(stages);
  }

  /** Whether {@code path} is a model rather than a manifest. */
  public static boolean isModel(Path path) {
    return path.toString().endsWith(".onnx");
  }

  /** Serves a bare model under its file's name. */
  public static Pipeline register(Weft weft, Path model) {
    return ofModel(model).deploy(weft);
  }

  /** A bare model under its file's name, as it is now. */
  public static Selection ofModel(Path model) {
    if (!Files.isRegularFile(model)) {
      throw new WorkFailed("%s: not there (expected: an ONNX model)".formatted(model));
    }
    var file = String.valueOf(model.getFileName());
    var name = file.substring(0, file.length() - ".onnx".length());
    var single = SingleModel.of(name, model);
    return new Selection(single.pipeline(), Map.of(name, single.stage()));
  }

  /** Name of the pipeline. */
  public String name() {
    return pipeline.name();
  }

  /** The same with no stages but those that its steps and their arms name. */
  public Selection alone() {
    var named = new TreeSet<String>();
    pipeline.steps().forEach(step -> named.add(step.stage()));
    for (var split : pipeline.splits()) {
      split.arms().forEach(arm -> arm.stage().ifPresent(named::add));
    }
    var used = new LinkedHashMap<>(stages);
    used.keySet().retainAll(named);
    return new Selection(pipeline, used);
  }

  /**
   * Picks a pipeline out of manifests and brings the files it needs.
   *
   * @param name which one, if there are several
   * @param variants chosen variant by {@code step} or {@code step/arm}
   * @throws dev.weft.fabric.manifest.ManifestException with everything that is wrong
   */
  public static Selection of(
      Path manifests, Optional<String> name, Map<String, String> variants, Fetcher fetcher) {
    var kinds = StageKinds.discover();
    var found = ManifestFiles.read(manifests, kinds, Verify.STRUCTURE_ONLY);
    if (found.manifests().pipelines().isEmpty()) {
      found.orThrow();
      throw new WrongUse("%s: no pipeline in it (expected: one)".formatted(manifests));
    }
    var picked = picked(manifests, name, found.manifests().pipelines());
    var chosen = VariantChoices.applied(picked, variants, found.manifests().stages());
    var settled = Negotiation.settled(found.manifests().stages(), NodeAbilities.here());
    var used = used(chosen, settled);
    // First, as a file that is there but not whole counts as a problem below.
    fetcher.fetch(used.values());
    ManifestFiles.load(manifests, kinds, Verify.STRUCTURE_ONLY);
    used.values().forEach(Selection::requirePinned);
    return new Selection(chosen, found.manifests().stages());
  }

  private static PipelineManifest picked(
      Path manifests, Optional<String> name, Map<String, PipelineManifest> pipelines) {
    if (name.isEmpty() && pipelines.size() == 1) {
      return pipelines.values().iterator().next();
    }
    var names = String.join(", ", new TreeMap<>(pipelines).keySet());
    var wanted =
        name.orElseThrow(
            () ->
                new WrongUse(
                    "%s: several pipelines (expected: --pipeline with one of %s)"
                        .formatted(manifests, names)));
    var pipeline = pipelines.get(wanted);
    if (pipeline == null) {
      throw new WrongUse("pipeline: '%s' (expected: one of %s)".formatted(wanted, names));
    }
    return pipeline;
  }

  /** The stages of a pipeline, each with only those variants that load at start. */
  private static Map<String, StageManifest> used(
      PipelineManifest pipeline, Map<String, StageManifest> stages) {
    var variants = VariantChoices.loaded(pipeline, stages);
    var used = new LinkedHashMap<String, StageManifest>();
    variants.forEach(
        (stage, names) ->
            Optional.ofNullable(stages.get(stage))
                .ifPresent(manifest -> used.put(stage, VariantChoices.only(manifest, names))));
    return used;
  }

  /**
   * Holds the files of some variants of a stage against their digests.
   *
   * @throws WorkFailed naming the first that is not as pinned
   */
  public static void requirePinned(StageManifest stage, Set<String> variants) {
    requirePinned(VariantChoices.only(stage, variants));
  }

  private static void requirePinned(StageManifest stage) {
    var artifacts = new ArrayList<Artifact>(stage.files().values());
    stage.variants().forEach(variant -> variant.artifact().ifPresent(artifacts::add));
    for (var artifact : artifacts) {
      requirePinned(artifact, stage.origin());
    }
  }

  private static void requirePinned(Artifact artifact, Path manifest) {
    try {
      var digest = ArtifactFiles.sha256(artifact.path());
      if (!digest.equals(artifact.sha256())) {
        throw new WorkFailed(
            "%s: '%s' has SHA-256 %s (expected: %s)"
                .formatted(manifest, artifact.file(), digest, artifact.sha256()));
      }
    } catch (IOException e) {
      throw new WorkFailed(
          "%s: '%s': %s (expected: a readable file)".formatted(manifest, artifact.file(), e), e);
    }
  }

  /**
   * Brings and checks the files of a variant that is to be swapped in.
   *
   * @throws WorkFailed if they cannot be had as pinned
   */
  public void bring(String step, Optional<String> arm, String variant, Fetcher fetcher) {
    VariantChoices.stageAt(pipeline, step, arm)
        .flatMap(name -> Optional.ofNullable(stages.get(name)))
        .filter(stage -> stage.variant(variant).isPresent())
        .ifPresent(stage -> bringPinned(stage, Set.of(variant), fetcher));
  }

  /**
   * Brings and checks the files of some variants of a stage.
   *
   * @throws WorkFailed if they cannot be had as pinned
   */
  public static void bringPinned(StageManifest stage, Set<String> variants, Fetcher fetcher) {
    var only = VariantChoices.only(stage, variants);
    fetcher.fetch(List.of(only));
    requirePinned(only);
  }

  /** The same with all of its frames recorded, unless its manifest says how much of them is. */
  public Selection traced() {
    var capture = pipeline.capture().or(() -> Optional.of(Capture.inputs()));
    return new Selection(pipeline.capturing(capture), stages);
  }

  /** Loads the models and starts the pipeline. */
  public Pipeline deploy(Weft weft) {
    return weft.deploy(pipeline, stages);
  }

  /** What a pipeline takes, a line each. */
  public static List<String> wanted(PipelineManifest pipeline) {
    return pipeline.inputs().stream()
        .map(input -> input.spec() + (input.required() ? "" : " (may be left out)"))
        .toList();
  }
}
