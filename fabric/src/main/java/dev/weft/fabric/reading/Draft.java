package dev.weft.fabric.reading;

import dev.weft.fabric.manifest.NodeManifest;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.RolloutManifest;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.problem.Findings;
import dev.weft.fabric.problem.NearestName;
import dev.weft.fabric.reading.FieldType.Choice;
import dev.weft.stages.spi.StageKinds;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** One document as read: complete only if its findings hold no error. */
sealed interface Draft {

  Findings findings();

  /** A stage. */
  record OfStage(StageManifest manifest, Findings findings) implements Draft {}

  /** A pipeline, its wiring not checked yet. */
  record OfPipeline(PipelineManifest manifest, Findings findings) implements Draft {}

  /** A node. */
  record OfNode(NodeManifest manifest, Findings findings) implements Draft {}

  /** A rollout, not held against its stage yet. */
  record OfRollout(RolloutManifest manifest, Findings findings) implements Draft {}

  /** A document of which not even kind and name are known. */
  record Unreadable(Findings findings) implements Draft {}

  /** Reads one document, reporting what is wrong with it taken alone. */
  static Draft read(YamlDocuments.Document document, StageKinds kinds) {
    if (document.root().isEmpty()) {
      return new Unreadable(document.findings());
    }
    var type = type(document, document.root().get());
    if (type.isEmpty()) {
      return new Unreadable(document.findings());
    }
    var findings = document.findings();
    var root = new YamlReader(document).object(document.root().get(), type.get(), "");
    var draft =
        switch (type.get().name()) {
          case "Stage" -> new OfStage(new StageReader(document, kinds).read(root), findings);
          case "Pipeline" -> new OfPipeline(new PipelineReader(root, findings).read(), findings);
          case "Rollout" -> new OfRollout(new RolloutReader(root, document).read(), findings);
          default -> new OfNode(NodeReader.read(root, findings), findings);
        };
    return root.has("name") ? draft : new Unreadable(findings);
  }

  /** The type the document says it has, or nearly says. */
  private static Optional<ObjectType> type(YamlDocuments.Document document, Node root) {
    var findings = document.findings();
    var kinds = ManifestFields.DOCUMENTS.stream().map(ObjectType::name).toList();
    if (!(root instanceof MappingNode mapping)) {
      var expected = "an object with apiVersion: weft/v1 and kind: " + String.join(", ", kinds);
      findings.error("", ScalarReader.shown(root), expected);
      return Optional.empty();
    }
    var node = valueOf(mapping, "kind");
    if (node.isEmpty()) {
      findings.error("kind", "missing", new Choice(kinds).expected());
      return Optional.empty();
    }
    var text = node.get() instanceof ScalarNode scalar ? scalar.getValue() : "";
    var named = kinds.contains(text) ? Optional.of(text) : NearestName.of(text, kinds);
    if (named.isEmpty()) {
      var place = document.place(node.get().getStartMark());
      var expected = new Choice(kinds).expected();
      findings.errorAt(place, "kind", ScalarReader.shown(node.get()), expected);
    }
    return named.flatMap(
        name ->
            ManifestFields.DOCUMENTS.stream().filter(type -> type.name().equals(name)).findFirst());
  }

  private static Optional<Node> valueOf(MappingNode mapping, String name) {
    return mapping.getValue().stream()
        .filter(
            tuple -> tuple.getKeyNode() instanceof ScalarNode key && isMeant(key.getValue(), name))
        .map(tuple -> tuple.getValueNode())
        .findFirst();
  }

  private static boolean isMeant(String given, String name) {
    return given.equals(name) || NearestName.of(given, List.of(name)).isPresent();
  }
}
