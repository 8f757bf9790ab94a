package dev.weft.fabric.reading;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.manifest.Batching;
import dev.weft.fabric.manifest.Budget;
import dev.weft.fabric.manifest.Fallback;
import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.manifest.ManifestSet;
import dev.weft.fabric.manifest.NodeClass;
import dev.weft.fabric.manifest.NodeManifest;
import dev.weft.fabric.manifest.Overflow;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.QueueLimits;
import dev.weft.fabric.manifest.Reach;
import dev.weft.fabric.manifest.Residency;
import dev.weft.fabric.manifest.StandIn;
import dev.weft.fabric.manifest.TensorRef;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Good manifests, read into what they say. */
class ManifestFilesTest {

  private final ManifestSet manifests = ManifestFiles.load(ManifestTexts.GOOD, FakeKinds.all());

  @Test
  void readsEveryFieldOfAStage() {
    var stage = manifests.stage("embed").orElseThrow();

    assertEquals("Turns an image into one vector.", stage.summary());
    assertEquals("vision@example.org", stage.owner());
    assertEquals("onnx", stage.uses());
    assertEquals(2, stage.abiVersion());
    assertEquals(
        List.of(TensorSpec.of("input", Datatype.FP32, "batch", 3, 224, 224).withLayout("NCHW")),
        stage.abi().inputs());
    assertEquals(
        List.of(
            TensorSpec.of("last/pool:0", Datatype.FP32, "batch", 384).withSemantic("embedding")),
        stage.abi().outputs());
    assertEquals(Map.of("intraOpThreads", 2L), stage.options());
    assertEquals(
        new Budget(
            Optional.of(Duration.ofMillis(15)),
            OptionalLong.of(120 << 20),
            Optional.of(Duration.ofSeconds(5))),
        stage.budget());
    assertEquals(16, stage.queue().capacity().get(Lane.PERCEPTION));
    assertEquals(Overflow.DROP_NEWEST, stage.queue().overflow());
    assertEquals(Set.of(NodeClass.NANO, NodeClass.STANDARD), stage.nodeClasses());
    assertEquals(Map.of("domain", "image", "tier", "1"), stage.labels());
    assertTrue(stage.required());
  }

  @Test
  void readsVariantsWithTheirArtifacts() {
    var stage = manifests.stage("embed").orElseThrow();

    assertEquals("int8", stage.defaultVariant().name());
    assertEquals(Map.of("optimization", "basic"), stage.defaultVariant().options());
    var artifact = stage.defaultVariant().artifact().orElseThrow();
    assertEquals("models/embed-int8.onnx", artifact.file());
    assertEquals(
        ManifestTexts.GOOD.resolve("models/embed-int8.onnx").toAbsolutePath(), artifact.path());
    assertEquals(13, artifact.sizeBytes());
    assertEquals(Optional.of("maven:org.example:models:1.0!/embed-int8.onnx"), artifact.source());
  }

  @Test
  void fillsWhatAStageLeavesOut() {
    var stage = manifests.stage("decode").orElseThrow();

    assertEquals("pixels", stage.abi().outputs().getFirst().name());
    assertEquals("default", stage.defaultVariant().name());
    assertEquals(QueueLimits.defaults(), stage.queue());
    assertEquals(Budget.unstated(), stage.budget());
    assertEquals(Batching.none(), stage.batching());
    assertEquals(Set.of(NodeClass.values()), stage.nodeClasses());
    assertEquals(1, stage.abiVersion());
    assertTrue(stage.required());
  }

  @Test
  void takesTheKindsSignatureUnderTheManifestsOptions() {
    var resized = manifests.stage("resize").orElseThrow().abi().outputs().getFirst();

    assertEquals(
        TensorSpec.of("resized", Datatype.FP32, 1, 3, 224, 224).withLayout("NCHW"), resized);
    assertEquals(
        List.of(0.5, 0.5, 1.0), manifests.stage("resize").orElseThrow().options().get("mean"));
  }

  @Test
  void mergesADeclaredAbiWithTheKindsOwn() {
    var abi = manifests.stage("nearest").orElseThrow().abi();

    assertEquals(
        List.of(TensorSpec.of("embedding", Datatype.FP32, 1, 384).withSemantic("embedding")),
        abi.inputs());
    assertEquals(2, abi.outputs().size());
  }

  @Test
  void readsEveryFieldOfAPipeline() {
    var pipeline = manifests.pipeline("name-the-animal").orElseThrow();

    assertEquals(Duration.ofMillis(100), pipeline.deadline());
    assertEquals(Lane.PERCEPTION, pipeline.lane());
    assertEquals(8, pipeline.door().maxInFlight());
    assertEquals(
        List.of(true, false), pipeline.inputs().stream().map(input -> input.required()).toList());
    var step = pipeline.step("second").orElseThrow();
    assertEquals(Map.of("embedding", TensorRef.output("embed", "last/pool:0")), step.inputs());
    assertEquals("max(first.score) < 0.5", step.when().orElseThrow().toString());
    assertEquals(Optional.of(true), step.optional());
    assertEquals(Optional.of("careful"), step.gate());
    assertEquals(
        new StandIn.FromTensor(TensorRef.output("first", "label")), step.standIns().get("label"));
    assertEquals(
        new StandIn.Constant(Shape.of(1, 1), List.of(0L)),
        pipeline.step("first").orElseThrow().standIns().get("score"));
    assertEquals(
        List.of(
            new PipelineManifest.Gate(
                "careful", false, "session", "A second look where the first was unsure.")),
        pipeline.gates());
    assertEquals("session", pipeline.splits().getFirst().stickyBy());
    assertEquals(90, pipeline.splits().getFirst().arms().getFirst().weight());
    assertEquals(
        List.of(true, false, true),
        pipeline.outputs().stream().map(output -> output.required()).toList());
  }

  @Test
  void readsEveryFieldOfANode() {
    var node = manifests.node("stall-7").orElseThrow();

    assertEquals(NodeClass.STANDARD, node.nodeClass());
    assertEquals(NodeManifest.Role.EDGE, node.role());
    assertEquals(Optional.of("berlin-7"), node.site());
    assertEquals(List.of("eu-de", "eu"), node.zones());
    assertEquals(OptionalInt.of(2), node.cores());
    assertEquals(OptionalLong.of(512L << 20), node.memoryBytes());
    assertEquals(Map.of("town", "Ulm"), node.labels());
  }

  @Test
  void readsHowFarFramesAndFilesMayGo() {
    var reach = manifests.pipeline("name-the-animal").orElseThrow().reach();

    assertEquals(Residency.within(Set.of("eu-de")), reach.residency());
    assertEquals(
        List.of(Fallback.SITE, Fallback.REGION, Fallback.CHEAPER, Fallback.CACHED, Fallback.REFUSE),
        reach.fallback());
    assertEquals(
        Optional.of(new Reach.Cached(Reach.Cached.By.SESSION, Duration.ofMinutes(5), 16)),
        reach.answers());
    assertEquals(
        Residency.within(Set.of("eu-fr", "eu-de")),
        manifests.stage("embed").orElseThrow().residency());
    assertEquals(Residency.anywhere(), manifests.stage("decode").orElseThrow().residency());
  }

  @Test
  void findsNothingToWarnOf() {
    assertEquals(List.of(), manifests.warnings());
  }

  @Test
  void loadsThePipelineOfOneFileWithTheStagesOfItsFolder() {
    var alone = ManifestFiles.load(ManifestTexts.GOOD.resolve("pipeline.yaml"), FakeKinds.all());

    assertEquals(Set.of("decode", "resize", "embed", "nearest"), alone.stages().keySet());
    assertEquals(Set.of("name-the-animal"), alone.pipelines().keySet());
  }
}
