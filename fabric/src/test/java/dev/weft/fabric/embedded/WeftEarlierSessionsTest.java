package dev.weft.fabric.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.weft.fabric.manifest.Door;
import dev.weft.fabric.manifest.Fallback;
import dev.weft.fabric.manifest.Reach;
import dev.weft.fabric.manifest.Residency;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.Graphs;
import dev.weft.fabric.pipeline.Request;
import dev.weft.stages.tensor.Shape;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Last answers of sessions, on a node that is in no cluster and has sessions. */
@Timeout(90)
class WeftEarlierSessionsTest {

  private static final Reach REACH =
      new Reach(
          Residency.anywhere(),
          List.of(Fallback.CACHED, Fallback.REFUSE),
          Optional.of(new Reach.Cached(Reach.Cached.By.SESSION, Duration.ofHours(1), 8)));

  @TempDir private static Path folder;

  private final Weft weft =
      Weft.embedded(
          ConfigFactory.parseString(
                  """
                  weft.fabric { loops = 1, leak-tracing = on, session.enabled = on }
                  akka.loglevel = WARNING
                  """)
              .withFallback(
                  ConfigFactory.parseMap(
                      Map.of(
                          "weft.persistence.journal.folder", folder.resolve("journal").toString())))
              .withFallback(ConfigFactory.load()));

  @BeforeEach
  void letNothingThrough() {
    TestStages.PERMITS.drainPermits();
  }

  @AfterEach
  void stop() {
    weft.close();
  }

  private Pipeline deploy(String kind) {
    var stage = Graphs.stage("stage", kind, List.of("one"), TestStages.SIGNATURE);
    return weft.deploy(
        Graphs.with(Graphs.chainOf(1), "graph", Door.of(8)).reaching(REACH),
        Map.of("stage", stage));
  }

  private Request request(String session, float x) {
    return Request.of("in", weft.tensors().floats(Shape.of(1), x)).with("session", session);
  }

  /** Whether a frame for which there is no time is given an earlier answer. */
  private boolean isGiven(Pipeline graph, String session) {
    try (var answer = graph.submit(request(session, 1).within(Duration.ZERO)).join()) {
      return answer instanceof Answer.Completed;
    }
  }

  @Test
  void endWithTheSessionAndWithNoOther() {
    var graph = deploy("test/add");
    for (var session : List.of("s", "t")) {
      weft.sessions().open(session, "acme", 0).join();
      graph.run(request(session, 1)).close();
      assertTrue(isGiven(graph, session));
    }
    weft.sessions().close("s", "done").join();
    assertFalse(isGiven(graph, "s"));
    assertTrue(isGiven(graph, "t"));
  }

  @Test
  void oneThatWasOnItsWayMeanwhileIsNotKept() {
    var graph = deploy("test/gated");
    weft.sessions().open("u", "acme", 0).join();
    var late = graph.submit(request("u", 5));
    weft.sessions().close("u", "done").join();
    TestStages.PERMITS.release();
    try (var answer = late.join()) {
      assertEquals(5, assertInstanceOf(Answer.Completed.class, answer).output("out").toFloats()[0]);
    }
    assertFalse(isGiven(graph, "u"));
  }
}
