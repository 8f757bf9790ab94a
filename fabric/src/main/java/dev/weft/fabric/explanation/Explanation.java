package dev.weft.fabric.explanation;

import dev.weft.fabric.manifest.Artifact;
import dev.weft.fabric.manifest.Budget;
import dev.weft.fabric.manifest.ManifestDigest;
import dev.weft.fabric.manifest.ManifestSet;
import dev.weft.fabric.manifest.NodeClass;
import dev.weft.fabric.manifest.NodeManifest;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.Quantity;
import dev.weft.fabric.manifest.RolloutManifest;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.manifest.Variant;
import dev.weft.fabric.negotiation.Negotiation;
import dev.weft.fabric.negotiation.NodeAbilities;
import dev.weft.stages.spi.StageFactory;
import dev.weft.stages.spi.StageKinds;
import dev.weft.stages.spi.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Says in prose what manifests mean, for someone who sees them for the first time. */
public final class Explanation {

  private Explanation() {}

  /** All manifests of {@code set}: pipelines, their stages, nodes, then rollouts. */
  public static String of(ManifestSet set, StageKinds kinds) {
    var parts = new ArrayList<String>();
    set.pipelines().values().forEach(pipeline -> parts.add(of(pipeline, set.stages())));
    set.stages().values().forEach(stage -> parts.add(of(stage, kinds)));
    set.nodes().values().forEach(node -> parts.add(of(node)));
    set.rollouts().values().forEach(rollout -> parts.add(of(rollout, set.stages())));
    return String.join("\n", parts);
  }

  public static String of(PipelineManifest pipeline, Map<String, StageManifest> stages) {
    return new PipelineExplanation(pipeline, stages).text();
  }

  public static String of(RolloutManifest rollout, Map<String, StageManifest> stages) {
    return new RolloutExplanation(rollout, stages).text();
  }

  public static String of(NodeManifest node) {
    var prose = new Prose().heading("Node " + node.name());
    prose.paragraph(node.summary());
    var rows = new ArrayList<Prose.Row>();
    rows.add(new Prose.Row("owner", node.owner()));
    rows.add(new Prose.Row("manifest", node.origin().toString()));
    rows.add(new Prose.Row("digest", digest(node)));
    rows.add(new Prose.Row("size", node.nodeClass().word()));
    rows.add(new Prose.Row("stands", "at the " + node.role().word()));
    rows.addAll(ReachExplanation.of(node));
    rows.add(
        new Prose.Row(
            "cores",
            node.cores().isPresent()
                ? node.cores().getAsInt() + " inference loops"
                : "as many inference loops as the machine has processors"));
    rows.add(
        new Prose.Row(
            "memory",
            node.memoryBytes().isPresent()
                ? "at most %s off the heap for tensors"
                    .formatted(Quantity.text(node.memoryBytes().getAsLong()))
                : "the setting's default for tensors"));
    prose.table(rows);
    labels(prose, node.labels());
    return prose.text();
  }

  public static String of(StageManifest stage, StageKinds kinds) {
    var prose = new Prose().heading("Stage " + stage.name());
    prose.paragraph(stage.summary());
    var kind = kinds.find(stage.uses()).map(StageFactory::summary).orElse("not known here");
    prose.table(
        List.of(
            new Prose.Row("owner", stage.owner()),
            new Prose.Row("kind", stage.uses() + ": " + kind),
            new Prose.Row("manifest", stage.origin().toString()),
            new Prose.Row("digest", digest(stage)),
            new Prose.Row("budget", budget(stage.budget())),
            new Prose.Row("runs on", nodeClasses(stage)),
            new Prose.Row("residency", ReachExplanation.residency(stage.residency())),
            new Prose.Row("failure", stage.required() ? "fails the frame" : "skips the step"),
            new Prose.Row("queue", LoadExplanation.queue(stage.queue())),
            new Prose.Row("batches", LoadExplanation.batching(stage.batching(), stage.isolation())),
            new Prose.Row("process", LoadExplanation.isolation(stage.isolation()))));
    prose.heading("  Takes and gives (ABI version %d)".formatted(stage.abiVersion()));
    prose.table(tensors("takes", stage.abi().inputs()));
    prose.table(tensors("gives", stage.abi().outputs()));
    prose.heading("  Variants (the first is the default)");
    stage.variants().forEach(variant -> variant(prose, variant));
    if (!stage.files().isEmpty()) {
      prose.heading("  Further files");
      stage.files().forEach((name, file) -> artifact(prose, name, file));
    }
    if (!stage.options().isEmpty()) {
      prose.heading("  Options");
      prose.table(options(stage.options()));
    }
    labels(prose, stage.labels());
    return prose.text();
  }

  /** Which variants of a stage a node can run, and which it takes, as a table. */
  public static String of(StageManifest stage, NodeAbilities node) {
    var negotiation = Negotiation.of(stage, node);
    var prose = new Prose().heading("  Variants on this node");
    prose.table(
        negotiation.offers().stream()
            .map(offer -> new Prose.Row(offer.variant().name(), judged(negotiation, offer)))
            .toList());
    prose.paragraph("the node can: " + String.join(" ", node.words()));
    return prose.text();
  }

  private static String judged(Negotiation negotiation, Negotiation.Offer offer) {
    var needs = offer.variant().needs();
    return "%s; needs %s"
        .formatted(
            negotiation.reason(offer), needs.isEmpty() ? "nothing" : String.join(", ", needs));
  }

  static String digest(Record manifest) {
    return "sha256:" + ManifestDigest.of(manifest);
  }

  static String budget(Budget budget) {
    var parts = new ArrayList<String>();
    budget.p95().ifPresent(p95 -> parts.add("95 of 100 runs within " + Quantity.text(p95)));
    if (budget.memoryBytes().isPresent()) {
      parts.add(Quantity.text(budget.memoryBytes().getAsLong()) + " for each loaded variant");
    }
    budget
        .hang()
        .ifPresent(hang -> parts.add("a run is given up as hung after " + Quantity.text(hang)));
    return parts.isEmpty() ? "not stated" : String.join(", ", parts);
  }

  static void labels(Prose prose, Map<String, String> labels) {
    if (!labels.isEmpty()) {
      prose.heading("  Labels");
      prose.table(
          labels.entrySet().stream()
              .map(label -> new Prose.Row(label.getKey(), label.getValue()))
              .toList());
    }
  }

  private static List<Prose.Row> tensors(String verb, List<TensorSpec> specs) {
    return specs.stream().map(spec -> new Prose.Row(verb, spec.toString())).toList();
  }

  private static void variant(Prose prose, Variant variant) {
    var precision = variant.precision().map(word -> ", precision " + word).orElse("");
    var options = variant.options().isEmpty() ? "" : ", options " + variant.options();
    var rows = variant.batchInvariant() ? ", the same whatever shares its run" : "";
    var name = variant.name() + precision + options + rows;
    variant
        .artifact()
        .ifPresentOrElse(artifact -> artifact(prose, name, artifact), () -> prose.paragraph(name));
  }

  private static void artifact(Prose prose, String name, Artifact artifact) {
    prose.paragraph(name);
    prose.paragraph("  %s, %s".formatted(artifact.file(), Quantity.text(artifact.sizeBytes())));
    prose.paragraph("  sha256 " + artifact.sha256());
    artifact.source().ifPresent(source -> prose.paragraph("  fetched from " + source));
  }

  private static List<Prose.Row> options(Map<String, Object> options) {
    return options.entrySet().stream()
        .map(option -> new Prose.Row(option.getKey(), option.getValue().toString()))
        .toList();
  }

  private static String nodeClasses(StageManifest stage) {
    var words = stage.nodeClasses().stream().sorted().map(NodeClass::word).toList();
    return "nodes of class " + String.join(", ", words);
  }
}
