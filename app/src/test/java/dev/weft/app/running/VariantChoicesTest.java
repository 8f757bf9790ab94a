package dev.weft.app.running;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.fabric.manifest.Batching;
import dev.weft.fabric.manifest.Budget;
import dev.weft.fabric.manifest.Degrade;
import dev.weft.fabric.manifest.Door;
import dev.weft.fabric.manifest.Isolation;
import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.manifest.LoadCondition;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.PipelineManifest.Step;
import dev.weft.fabric.manifest.QueueLimits;
import dev.weft.fabric.manifest.Reach;
import dev.weft.fabric.manifest.Residency;
import dev.weft.fabric.manifest.Shadow;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.manifest.Variant;
import dev.weft.stages.spi.Signature;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which variants a pipeline needs, also those that only load or a trial brings in. */
class VariantChoicesTest {

  private static final Path NOWHERE = Path.of("test.yaml");
  private static final LoadCondition LOADED = LoadCondition.parse("cpu > 0.9").orElseThrow();

  private final Map<String, StageManifest> stages = Map.of("read", stage("fp32", "int8", "int4"));
  private final PipelineManifest pipeline =
      pipeline(
          Step.of("read", "read", Map.of())
              .degrading(new Degrade.Cheaper(LOADED, "int8"), new Degrade.Skip(LOADED))
              .shadowedBy(new Shadow("int4", 100)));

  @Test
  void loadsAlsoTheCheaperVariantAndTheShadow() {
    assertEquals(
        Map.of("read", Set.of("fp32", "int8", "int4")), VariantChoices.loaded(pipeline, stages));
  }

  @Test
  void aVariantChosenByHandIsNoLongerItsOwnSubstitute() {
    var cheap = VariantChoices.applied(pipeline, Map.of("read", "int8"), stages);
    var step = cheap.step("read").orElseThrow();

    assertEquals(Optional.of("int8"), step.variant());
    assertEquals(List.of(new Degrade.Skip(LOADED)), step.degrade());
    assertEquals(Optional.of(new Shadow("int4", 100)), step.shadow());

    var tried = VariantChoices.applied(pipeline, Map.of("read", "int4"), stages);
    assertEquals(Optional.empty(), tried.step("read").orElseThrow().shadow());
  }

  private static StageManifest stage(String... variants) {
    return new StageManifest(
        NOWHERE,
        "read",
        "A stage of a test.",
        "tests",
        "test/read",
        1,
        new Signature(List.of(), List.of()),
        Stream.of(variants)
            .map(name -> new Variant(name, Optional.empty(), Optional.empty(), Map.of(), false))
            .toList(),
        Map.of(),
        Map.of(),
        Budget.unstated(),
        QueueLimits.defaults(),
        Batching.none(),
        Isolation.NONE,
        true,
        Set.of(),
        Residency.anywhere(),
        Map.of());
  }

  private static PipelineManifest pipeline(Step step) {
    return new PipelineManifest(
        NOWHERE,
        "graph",
        "A pipeline of a test.",
        "tests",
        Duration.ofSeconds(1),
        Lane.INTERACTIVE,
        Door.of(8),
        Optional.empty(),
        Optional.empty(),
        Reach.unstated(),
        List.of(),
        List.of(step),
        List.of(),
        Map.of(),
        List.of(),
        List.of(),
        Map.of());
  }
}
