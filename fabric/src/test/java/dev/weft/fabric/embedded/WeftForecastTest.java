package dev.weft.fabric.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.Graphs;
import dev.weft.fabric.pipeline.Request;
import dev.weft.fabric.routing.TrialShare;
import dev.weft.stages.tensor.Shape;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Runs that are not begun on a forecast, and how a forecast that is wrong is found out. */
class WeftForecastTest {

  private static final Duration PROMISED = Duration.ofSeconds(5);
  private static final Duration DEADLINE = Duration.ofSeconds(2);

  /** The door knows the stable arm only; so it is the stage itself that must look again. */
  @Test
  void aCandidateThatIsForecastTooSlowIsTriedNowAndThenAndFoundToBeFast() {
    var stage =
        Graphs.promising(
            Graphs.stage("stage", "test/add", List.of("one", "two"), TestStages.SIGNATURE),
            PROMISED);
    var config = ConfigFactory.parseString("weft.fabric { leak-tracing = on, loops = 1 }");
    try (var weft = Weft.embedded(config.withFallback(ConfigFactory.load()))) {
      var graph = weft.deploy(Graphs.chainOf(1), Map.of("stage", stage));
      for (var i = 0; i < 20; i++) {
        assertTrue(completes(weft, graph, PROMISED.multipliedBy(4)), "stable, frame " + i);
      }
      graph.tryOut("s0", "two", Optional.empty()).join();
      graph.share("s0", new TrialShare("trial", "session", TrialShare.WHOLE, 0));
      assertTrue(!completes(weft, graph, DEADLINE), "the first one");

      var completed = 0;
      var giveUpAt = System.nanoTime() + Duration.ofSeconds(60).toNanos();
      while (completed < 20 && System.nanoTime() - giveUpAt < 0) {
        completed += completes(weft, graph, DEADLINE) ? 1 : 0;
      }
      assertEquals(20, completed);
    }
  }

  private static boolean completes(Weft weft, Pipeline graph, Duration deadline) {
    var input = weft.tensors().floats(Shape.of(1), 0);
    try (var answer = graph.submit(Request.of("in", input).within(deadline)).join()) {
      return answer instanceof Answer.Completed;
    }
  }
}
