package dev.weft.fabric.embedded;

import static dev.weft.fabric.pipeline.Graphs.input;
import static dev.weft.fabric.pipeline.Graphs.output;
import static dev.weft.fabric.pipeline.Graphs.pipeline;
import static dev.weft.fabric.pipeline.Graphs.step;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.typesafe.config.ConfigFactory;
import dev.weft.fabric.manifest.Degrade;
import dev.weft.fabric.manifest.LoadCondition;
import dev.weft.fabric.manifest.ManifestException;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.PipelineManifest.Step;
import dev.weft.fabric.manifest.Shadow;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.manifest.Variant;
import dev.weft.fabric.pipeline.Graphs;
import dev.weft.fabric.problem.Problem;
import dev.weft.stages.spi.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Pipelines made in code are held against the rules of those that are read. */
class DeployTest {

  private static final Variant ELSEWHERE =
      new Variant(
          "elsewhere",
          Optional.empty(),
          Optional.empty(),
          Map.of(),
          false,
          List.of("no-such-feature"));

  private final Weft weft =
      Weft.embedded(
          ConfigFactory.parseString("weft.fabric.loops = 1").withFallback(ConfigFactory.load()));

  @AfterEach
  void stop() {
    weft.close();
    assertEquals(0, TestStages.OPEN.get());
  }

  @Test
  void refusesAPipelineMadeInCodeThatDoesNotFitTogether() {
    assertEquals(
        List.of(
            "test.yaml: steps[0].inputs.x: 'inn' (expected: an input of the pipeline, or"
                + " step.output; did you mean 'in'?)",
            "test.yaml: steps[1].name: 's0' again (expected: distinct names)",
            "test.yaml: steps[1].stage: 'stag' (expected: a stage; did you mean 'stage'?)"),
        problems(step("s0", "stage", "x=inn"), step("s0", "stag", "x=in")));
  }

  @Test
  void refusesUnderLoadWhatIsRefusedInFiles() {
    var when = LoadCondition.parse("cpu > 0.9").orElseThrow();
    var degrading =
        step("s0", "stage", "x=in")
            .degrading(new Degrade.Skip(when), new Degrade.Cheaper(when, "two"))
            .shadowedBy(new Shadow("one", 100));

    assertEquals(
        List.of(
            "test.yaml: steps[0].degrade[1].when: 'cpu > 0.9' is never reached: 'cpu > 0.9' stands"
                + " before it and holds whenever it does (expected: the stricter condition first)",
            "test.yaml: steps[0].shadow.variant: 'one', which the step runs anyway (expected:"
                + " another variant of stage 'stage')"),
        problems(degrading));
  }

  @Test
  void runsTheFirstVariantThatNeedsNothingTheMachineLacks() {
    var stages = Map.of("stage", stage().with(ELSEWHERE).preferring(ELSEWHERE));
    weft.deploy(graph(List.of(step("s0", "stage", "x=in"))), stages);
    assertEquals(Set.of("stage@one"), weft.loadedVariants().keySet());
  }

  @Test
  void refusesANamedVariantThatTheMachineCannotRun() {
    var stages = Map.of("stage", stage().with(ELSEWHERE));
    var named = graph(List.of(step("s0", "stage", "x=in").withVariant("elsewhere")));
    var refused = assertThrows(WeftException.class, () -> weft.deploy(named, stages));
    assertEquals(ErrorCode.FAILED_PRECONDITION, refused.code());
    assertEquals(
        "stage@elsewhere: needs no-such-feature, which this node lacks (expected: a variant it can"
            + " run, such as 'one')",
        refused.getMessage());
    assertEquals(List.of(), weft.pipelines());
  }

  private List<String> problems(Step... steps) {
    var stages = Map.of("stage", stage());
    var refused =
        assertThrows(ManifestException.class, () -> weft.deploy(graph(List.of(steps)), stages));
    assertEquals(List.of(), weft.pipelines());
    return refused.problems().stream().map(Problem::toString).sorted().toList();
  }

  private static PipelineManifest graph(List<Step> steps) {
    return pipeline(
        List.of(input("in")), steps, List.of(output("out", "s0.y")), List.of(), List.of());
  }

  private static StageManifest stage() {
    return Graphs.stage("stage", "test/add", List.of("one", "two"), TestStages.SIGNATURE);
  }
}
