package dev.weft.app.drift;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.pipeline.Plan.PlanStep;
import dev.weft.fabric.trace.FrameRecord;
import dev.weft.fabric.trace.FrameRecord.AnswerRecord;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Elements;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorPool;
import dev.weft.supervisor.comparison.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a variant is blamed for that gives no answer. */
class DriftEstimateTest {

  private final TensorPool pool = new TensorPool(1 << 16, TensorPool.LeakTracing.OFF);
  private final Tensor recorded =
      Elements.filled(pool, Datatype.FP32, Shape.of(1, 2), List.of(1, 2));
  private final DriftEstimate estimate = new DriftEstimate(Optional.empty(), Optional.empty());

  @AfterEach
  void close() {
    recorded.close();
    pool.close();
  }

  @Test
  void aRunThatFailsIsNoCrashAndTellsWhy() {
    failed(ErrorCode.STAGE_FAILED, "division by zero");

    assertEquals(
        "FAILED of frame visit-7/1/41: STAGE_FAILED, division by zero", onlyFault().toString());
  }

  @Test
  void anEndedProcessIsACrashAndABrokenContractAShape() {
    failed(ErrorCode.STAGE_CRASHED, "ended with signal 11");
    failed(ErrorCode.STAGE_BROKE_CONTRACT, "two outputs");

    assertEquals(
        List.of(Fault.Kind.CRASH, Fault.Kind.SHAPE),
        estimate.comparison().faults().stream().map(Fault::kind).toList());
  }

  @Test
  void noAnswerIsAWrongOne() {
    estimate.ran(frame(), step(), List.of(recorded), List.of(recorded));
    failed(ErrorCode.STAGE_FAILED, "division by zero");

    assertEquals(2, estimate.outcomes().frames());
    assertEquals(1, estimate.outcomes().discordant());
    assertEquals(0.5, estimate.outcomes().candidate(0.95).estimate());
  }

  private Fault onlyFault() {
    assertEquals(1, estimate.failed());
    assertEquals(1, estimate.comparison().faults().size());
    return estimate.comparison().faults().getFirst();
  }

  private void failed(ErrorCode code, String message) {
    estimate.failed(frame(), step(), List.of(recorded), code, message);
  }

  private static FrameRecord frame() {
    return new FrameRecord(
        "answer",
        "visit-7",
        "",
        1,
        41,
        Instant.EPOCH,
        0,
        Duration.ofSeconds(1),
        Lane.INTERACTIVE,
        0,
        "",
        "",
        new FrameRecord.Routing(Map.of(), Map.of(), Map.of(), Map.of(), ""),
        List.of(),
        List.of(),
        List.of(),
        new AnswerRecord(AnswerRecord.Kind.COMPLETED, "", List.of(), Duration.ZERO),
        Duration.ZERO,
        false);
  }

  private static PlanStep step() {
    return new PlanStep(
        0,
        "classify",
        new Signature(List.of(), List.of(TensorSpec.of("logits", Datatype.FP32, 1, 2))),
        new int[0],
        0,
        0,
        new int[0],
        Optional.empty(),
        Optional.empty(),
        false,
        List.of(),
        Optional.empty(),
        List.of(),
        List.of(),
        Optional.empty(),
        Optional.empty());
  }
}
