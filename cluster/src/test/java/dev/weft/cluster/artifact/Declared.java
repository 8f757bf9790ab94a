package dev.weft.cluster.artifact;

import dev.weft.cluster.fact.NodeFacts;
import dev.weft.cluster.site.NodeId;
import dev.weft.fabric.manifest.Artifact;
import dev.weft.fabric.manifest.Batching;
import dev.weft.fabric.manifest.Budget;
import dev.weft.fabric.manifest.Isolation;
import dev.weft.fabric.manifest.NodeClass;
import dev.weft.fabric.manifest.NodeManifest;
import dev.weft.fabric.manifest.QueueLimits;
import dev.weft.fabric.manifest.Residency;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.manifest.Variant;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/** Stages, variants and nodes of tests. */
final class Declared {

  static final String STAGE = "classify";
  static final Signature ABI =
      new Signature(
          List.of(TensorSpec.of("x", Datatype.FP32, "n", 4)),
          List.of(TensorSpec.of("y", Datatype.FP32, "n", 2)));

  private Declared() {}

  static Variant variant(String name, Path file, String sha256, long sizeBytes) {
    return new Variant(
        name,
        Optional.of("int8"),
        Optional.of(
            new Artifact(
                file.getFileName().toString(),
                file,
                sha256,
                sizeBytes,
                Optional.of("maven:a:b:1!/c"))),
        Map.of("optimization", "all"),
        true,
        List.of("exact-int8"));
  }

  static Variant variant(String name) {
    return variant(name, Path.of("models", name + ".onnx"), "ab".repeat(32), 1_000);
  }

  static StageManifest stage(Residency residency, Variant... variants) {
    return new StageManifest(
        Path.of("stages.yaml"),
        STAGE,
        "Scores.",
        "tests@example.org",
        "onnx",
        3,
        ABI,
        List.of(variants),
        Map.of(),
        Map.of(),
        Budget.unstated(),
        QueueLimits.defaults(),
        Batching.none(),
        Isolation.NONE,
        true,
        Set.of(),
        residency,
        Map.of());
  }

  static NodeFacts node(String id, String link, Set<String> zones, String... variants) {
    var node = NodeId.find(id).orElseThrow();
    var role =
        node.site().text().startsWith("region") ? NodeManifest.Role.REGION : NodeManifest.Role.EDGE;
    var state =
        new NodeFacts.State(
            1,
            Set.of(),
            Set.of(variants),
            0,
            OptionalDouble.empty(),
            0,
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalLong.empty(),
            Map.of(),
            true);
    return new NodeFacts(
        node.name(), node.site(), role, NodeClass.STANDARD, 1, id, link, zones, state);
  }
}
