package dev.weft.fabric.embedded;

import static dev.weft.fabric.pipeline.Graphs.input;
import static dev.weft.fabric.pipeline.Graphs.output;
import static dev.weft.fabric.pipeline.Graphs.pipeline;
import static dev.weft.fabric.pipeline.Graphs.step;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.typesafe.config.ConfigFactory;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.PipelineManifest.Gate;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.Graphs;
import dev.weft.fabric.pipeline.Request;
import dev.weft.fabric.routing.FlagRule;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Pipelines that take the places of others. */
class ExchangeTest {

  private final Weft weft =
      Weft.embedded(
          ConfigFactory.parseString("weft.fabric.loops = 1").withFallback(ConfigFactory.load()));

  @AfterEach
  void stop() {
    weft.close();
    assertEquals(0, TestStages.OPEN.get());
  }

  @Test
  void whatIsPreparedIsFoundWhenItIsExchangedAndNotBefore() {
    var before = weft.deploy(graph("one"), adding());
    var next = weft.prepare(graph("two"), adding());
    assertSame(before, weft.pipeline("graph"));
    assertEquals(Set.of("stage@one", "stage@two"), weft.loadedVariants().keySet());
    weft.exchange(List.of(before), List.of(next));
    assertSame(next, weft.pipeline("graph"));
    assertEquals(List.of(next), weft.pipelines());
    assertEquals(101, answer(next, 1));
    assertEquals(2, answer(before, 1), "it still answers who holds it");
    before.unload();
    var refused = assertThrows(WeftException.class, () -> answer(before, 1));
    assertEquals(ErrorCode.UNAVAILABLE, refused.code());
    assertEquals(101, answer(weft.pipeline("graph"), 1));
  }

  @Test
  void framesInsideEndOnTheOneTheyCameTo() throws Exception {
    var before = weft.deploy(graph("one"), Map.of("stage", stage("test/gated")));
    var inside = before.submit(request(7));
    var next = weft.prepare(graph("one"), adding());
    weft.exchange(List.of(before), List.of(next));
    var unloaded = CompletableFuture.runAsync(before::unload);
    TestStages.PERMITS.release();
    try (var answer = inside.get()) {
      var completed = (Answer.Completed) answer;
      assertEquals(7, completed.output("out").toFloats()[0]);
    }
    unloaded.get();
    assertEquals(8, answer(next, 7));
  }

  @Test
  void oneThatCannotBeLoadedChangesNothing() {
    var before = weft.deploy(graph("one"), adding());
    assertThrows(WeftException.class, () -> weft.prepare(graph("broken"), adding()));
    assertSame(before, weft.pipeline("graph"));
    assertEquals(2, answer(before, 1));
    assertEquals(Set.of("stage@one"), weft.loadedVariants().keySet());
  }

  @Test
  void oneThatIsNotWantedAfterAllLeavesWhatIsThere() {
    var before = weft.deploy(graph("one"), adding());
    weft.prepare(graph("two"), adding()).unload();
    assertSame(before, weft.pipeline("graph"));
    assertEquals(2, answer(before, 1));
  }

  @Test
  void aNameIsTakenUntilItsPipelineLeaves() {
    var before = weft.deploy(graph("one"), adding());
    var next = weft.prepare(graph("two"), adding());
    assertThrows(WeftException.class, () -> weft.exchange(List.of(), List.of(next)));
    assertSame(before, weft.pipeline("graph"));
    assertThrows(WeftException.class, () -> weft.deploy(graph("two"), adding()));
    weft.exchange(List.of(before), List.of());
    assertThrows(WeftException.class, () -> weft.pipeline("graph"));
    before.unload();
  }

  @Test
  void framesAreCountedOnAndGatesStayWhereBothDeclareThemAlike() {
    var before = weft.deploy(gated("one", "kept", "other"), adding());
    before.gate("kept", false);
    assertEquals(2, answer(before, 1));
    var next = weft.prepare(gated("two", "kept", "fresh"), adding());
    weft.exchange(List.of(before), List.of(next));
    before.unload();
    assertEquals(101, answer(next, 1));
    assertEquals(2, next.counters().completedCount());
    assertEquals(Map.of("kept", false, "fresh", true), next.switches().positions(_ -> ""));
  }

  @Test
  void whatAnOperatorSetHoldsForTheOneThatTakesThePlace() {
    var before = weft.deploy(gated("one", "kept"), adding());
    var pipeline = before.name();
    weft.flags().set(pipeline + ".kept", Optional.of(FlagRule.OFF), "a test", "to see");
    var next = weft.prepare(gated("two", "kept", "fresh"), adding());
    weft.flags().set(pipeline + ".kept", Optional.of(FlagRule.ON), "a test", "while it loads");
    weft.exchange(List.of(before), List.of(next));
    before.unload();
    assertEquals(Map.of("kept", true, "fresh", true), next.switches().positions(_ -> ""));
    weft.flags().set(pipeline + ".fresh", Optional.of(FlagRule.OFF), "a test", "to see");
    assertEquals(Map.of("kept", true, "fresh", false), next.switches().positions(_ -> ""));
  }

  @Test
  void aStageThatBothUseIsLoadedOnce() {
    var before = weft.deploy(graph("one"), adding());
    var open = TestStages.OPEN.get();
    var next = weft.prepare(gated("one", "more"), adding());
    assertEquals(open, TestStages.OPEN.get());
    weft.exchange(List.of(before), List.of(next));
    before.unload();
    assertEquals(open, TestStages.OPEN.get());
    assertEquals(2, answer(next, 1));
  }

  private float answer(Pipeline pipeline, float value) {
    try (var answer = pipeline.infer(request(value))) {
      return answer.output("out").toFloats()[0];
    }
  }

  private Request request(float value) {
    return Request.of("in", weft.tensors().floats(Shape.of(1), value));
  }

  private static PipelineManifest graph(String variant) {
    return gated(variant);
  }

  private static PipelineManifest gated(String variant, String... gates) {
    return pipeline(
        List.of(input("in")),
        List.of(step("s0", "stage", "x=in").withVariant(variant)),
        List.of(output("out", "s0.y")),
        List.of(gates).stream().map(name -> new Gate(name, true, "session", "")).toList(),
        List.of());
  }

  private static Map<String, StageManifest> adding() {
    return Map.of("stage", stage("test/add"));
  }

  private static StageManifest stage(String kind) {
    return Graphs.stage("stage", kind, List.of("one", "two", "broken"), TestStages.SIGNATURE);
  }
}
