package dev.weft.gateway.observatory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.DropReason;
import dev.weft.fabric.pipeline.Quality;
import dev.weft.fabric.pipeline.Skipped;
import dev.weft.fabric.pipeline.Timings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RatesTest {

  private static final long SECOND = 1_000_000_000;

  private final PipelineFlow flow = new PipelineFlow();
  private final Graph graph =
      new Graph(
          List.of(
              new Graph.Edge(Graph.FRAME, "step", List.of("x")),
              new Graph.Edge("step", Graph.ANSWER, List.of("y"))));

  private Reading reading(long second) {
    var of =
        new Reading.OfPipeline(
            flow.read(), graph, Lane.INTERACTIVE, 1, 8, Map.of("step", Map.of(Lane.BACKGROUND, 3)));
    return new Reading(second * SECOND, Map.of("p", of));
  }

  private void complete(Skipped... skipped) {
    var quality = new Quality(List.of(skipped), List.of(), List.of(), Optional.empty());
    flow.count(Lane.INTERACTIVE, new Answer.Completed(Map.of(), quality, Timings.none()));
  }

  private static List<?> list(@Nullable Object value) {
    return value instanceof List<?> list ? list : List.of();
  }

  private static Map<?, ?> lane(Map<String, Object> pipeline, String name) {
    return list(pipeline.get("lanes")).stream()
        .map(lane -> (Map<?, ?>) lane)
        .filter(lane -> name.equals(lane.get("lane")))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void areWhatHappenedBetweenTwoReadingsBySecondAndReason() {
    complete();
    var before = reading(10);
    for (var i = 0; i < 6; i++) {
      complete(new Skipped("step", Skipped.Reason.DEFERRED));
    }
    for (var i = 0; i < 4; i++) {
      flow.count(
          Lane.BACKGROUND, new Answer.Dropped(DropReason.QUEUE_FULL, "step", Timings.none()));
    }
    var told = new Rates(before, before, reading(12)).pipelines(Set.of(Lane.BACKGROUND));
    var pipeline = told.getFirst();
    assertEquals(5.0, pipeline.get("perSecond"));
    assertEquals(3.0, lane(pipeline, "interactive").get("completed"));
    assertEquals(Map.of("deferred", 3.0), lane(pipeline, "interactive").get("skipped"));
    assertEquals(Map.of("queue-full", 2.0), lane(pipeline, "background").get("dropped"));
    assertEquals(true, lane(pipeline, "background").get("paused"));
    assertEquals(Map.of("step", Map.of("background", 3)), pipeline.get("waiting"));
  }

  @Test
  void ofAPipelineThatWasNotThereBeforeAreNothing() {
    complete();
    var nothing = new Reading(0, Map.of());
    var told = new Rates(nothing, nothing, reading(1)).pipelines(Set.of());
    assertEquals(0.0, told.getFirst().get("perSecond"));
  }

  @Test
  void ofCountsThatBeganAnewAreNotBelowNothingInTheHeatMap() {
    complete();
    var before = reading(1);
    var anew =
        new Reading(
            2 * SECOND,
            Map.of(
                "p",
                new Reading.OfPipeline(
                    PipelineFlow.Read.none(), graph, Lane.INTERACTIVE, 0, 8, Map.of())));
    var told = new Rates(before, before, anew).pipelines(Set.of()).getFirst();
    assertEquals(0L, list(lane(told, "interactive").get("heat")).getFirst());
  }

  @Test
  void alongAnEdgeAreThoseOfItsRarerEnd() {
    var before = reading(1);
    complete();
    var told = new Rates(before, before, reading(2)).pipelines(Set.of()).getFirst();
    assertEquals(
        List.of(0.0, 0.0),
        list(told.get("edges")).stream().map(edge -> ((Map<?, ?>) edge).get("perSecond")).toList());
  }
}
