package dev.weft.fabric.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.pipeline.Graphs;
import dev.weft.fabric.pipeline.Request;
import dev.weft.fabric.pipeline.Rerun;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Recorded inputs through both arms of a step on trial, in the shadow. */
class WeftRerunTest {

  private static final StageManifest STAGE =
      Graphs.stage("stage", "test/add", List.of("one", "two"), TestStages.SIGNATURE);

  private Weft weft;
  private Pipeline chain;

  @BeforeEach
  void start() {
    weft =
        Weft.embedded(
            ConfigFactory.parseString(
                    "weft.fabric { leak-tracing = on, loops = 2, load.enabled = off }")
                .withFallback(ConfigFactory.load()));
    chain = weft.deploy(Graphs.chainOf(3), Map.of("stage", STAGE));
  }

  /** Closing names every leaked tensor, so each test here is a leak test too. */
  @AfterEach
  void stop() {
    weft.close();
    assertEquals(0, TestStages.OPEN.get());
  }

  @Test
  void bothArmsRunOnWhatTheStepsBeforeMakeOfTheInputs() {
    chain.tryOut("s1", "two", Optional.empty()).join();

    for (var number = 0; number < 2; number++) {
      try (var rerun = rerun("s1", number, 5)) {
        var compared = assertInstanceOf(Rerun.Compared.class, rerun);
        assertEquals(7, compared.stable().getFirst().toFloats()[0]);
        assertEquals(106, compared.candidate().getFirst().toFloats()[0]);
        assertTrue(compared.stableTimes().ownCpuNanos().isPresent());
        assertTrue(compared.candidateTimes().ownCpuNanos().isPresent());
      }
    }
  }

  @Test
  void theFirstStepNeedsNoOther() {
    chain.tryOut("s0", "two", Optional.empty()).join();

    try (var rerun = rerun("s0", 0, 5)) {
      var compared = assertInstanceOf(Rerun.Compared.class, rerun);
      assertEquals(6, compared.stable().getFirst().toFloats()[0]);
      assertEquals(105, compared.candidate().getFirst().toFloats()[0]);
    }
  }

  @Test
  void countsAsRunsInTheShadowAndAsNoFrame() {
    chain.tryOut("s1", "two", Optional.empty()).join();

    rerun("s1", 0, 5).close();

    assertEquals(0, chain.counters().offeredCount());
    assertEquals(3, chain.counters().shadow().offeredCount());
    assertEquals(0, chain.inFlight());
  }

  @Test
  void whatCannotRunIsToldAndLetGo() {
    assertNotRun("step 's1' is not on trial", rerun("s1", 0, 5));
    chain.tryOut("s1", "two", Optional.empty()).join();
    assertNotRun("INVALID_INPUT", rerun("s1", 0, -5));
    var unknown = Request.of("out", tensor(1));
    assertNotRun("input 'in'", chain.rerun("s1", 0, unknown).join());
    chain.unload();
    assertNotRun("is closed", rerun("s1", 0, 5));
  }

  @Test
  void whatOnlyTheCandidateFailsIsItsFailure() {
    chain.unload();
    var stage = Graphs.stage("stage", "test/add", List.of("one", "picky"), TestStages.SIGNATURE);
    chain = weft.deploy(Graphs.chainOf(1), Map.of("stage", stage));
    chain.tryOut("s0", "picky", Optional.empty()).join();

    var failed = assertInstanceOf(Rerun.Failed.class, rerun("s0", 0, 5));

    assertEquals(ErrorCode.STAGE_FAILED, failed.code());
  }

  @Test
  void aPipelineThatIsChangedMeanwhileLetsEachOfManyEnd() {
    chain.tryOut("s1", "two", Optional.empty()).join();
    var reruns =
        IntStream.range(0, 50)
            .mapToObj(number -> chain.rerun("s1", number, Request.of("in", tensor(5))))
            .toList();

    chain.endTrial("s1").join();

    var compared = 0;
    for (var each : reruns) {
      try (var rerun = each.join()) {
        // The lane takes few at once; what finds no place is told.
        compared += rerun instanceof Rerun.Compared ? 1 : 0;
      }
    }
    assertTrue(compared > 0);
  }

  private static void assertNotRun(String expected, Rerun rerun) {
    var why = assertInstanceOf(Rerun.NotRun.class, rerun).why();
    assertTrue(why.contains(expected), why);
  }

  private Rerun rerun(String step, long number, float value) {
    return chain.rerun(step, number, Request.of("in", tensor(value))).join();
  }

  private Tensor tensor(float value) {
    return weft.tensors().floats(Shape.of(1), value);
  }
}
