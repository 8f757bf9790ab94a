package dev.weft.stages.process;

import static dev.weft.stages.process.ProcessFixture.SETTINGS;
import static dev.weft.stages.process.ProcessFixture.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.stages.onnx.OnnxStageFactory;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.OptionSpec;
import dev.weft.stages.spi.Options;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.spi.StageFactory;
import dev.weft.stages.spi.StageSetup;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorPool;
import dev.weft.stages.testkit.FaultFactory;
import dev.weft.stages.testkit.FixedContext;
import dev.weft.stages.testkit.ManualCancellation;
import dev.weft.stages.testkit.StageContract;
import dev.weft.stages.testkit.TinyModels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ProcessStageTest {

  @TempDir private Path folder = Path.of(".");

  @Test
  void aModelAnswersAsItDoesInThisProcess() throws Exception {
    var model = Files.write(folder.resolve("chain.onnx"), TinyModels.matMulChain(64, 3));
    try (var pool = new TensorPool(64 << 20, TensorPool.LeakTracing.ON)) {
      var setup = onnx(model, pool);
      var here = new OnnxStageFactory().create(setup);
      var there = ProcessStages.create(new OnnxStageFactory(), setup, SETTINGS);
      try (here;
          there) {
        there.prepare(FixedContext.of(pool));
        assertEquals(here.signature(), there.signature());
        assertEquals(here.nativeBytes(), there.nativeBytes());
        var copied = pool.bytesCopied();
        for (var row = 0; row < 20; row++) {
          var values = new float[64];
          values[row] = 1;
          try (var input = there.tensors().floats(Shape.of(1, 64), values);
              var expected = here.run(FixedContext.of(pool), List.of(input)).getFirst();
              var actual = there.run(FixedContext.of(pool), List.of(input)).getFirst()) {
            assertArrayEquals(expected.toFloats(), actual.toFloats());
          }
        }
        assertEquals(copied, pool.bytesCopied(), "bytes copied for tensors of the region");
      }
    }
  }

  @Test
  void keepsTheContractOfEveryStage() {
    StageContract.of(
            new Apart(new FaultFactory()),
            ProcessFixture::setup,
            pool -> List.of(pool.floats(Shape.of(3), 1, 2, 3)))
        .check();
  }

  @Test
  void tensorsFromElsewhereAreCopiedOnceAndCounted() {
    try (var fixture = new ProcessFixture(SETTINGS);
        var input = fixture.pool().floats(Shape.of(2), 1, 2)) {
      var outputs = fixture.stage().run(FixedContext.of(fixture.pool()), List.of(input));
      assertArrayEquals(new float[] {2, 4}, outputs.getFirst().toFloats());
      outputs.forEach(Tensor::close);
      assertEquals(input.byteSize(), fixture.pool().bytesCopied());
    }
  }

  @Test
  void outputsStayReadableWhenTheStageIsClosedAndTheirMemoryComesBack() {
    var fixture = new ProcessFixture(SETTINGS.withRegionBytes(1 << 20));
    var kept = new ArrayList<Tensor>();
    try (fixture) {
      // More than fits at once, so it works only if what is closed comes back.
      for (var run = 0; run < 100; run++) {
        try (var input = fixture.stage().tensors().allocate(Datatype.FP32, Shape.of(50_000))) {
          input.segment().fill((byte) 0);
          kept.addAll(fixture.stage().run(FixedContext.of(fixture.pool()), List.of(input)));
        }
        if (kept.size() > 2) {
          kept.removeFirst().close();
        }
      }
    }
    assertEquals(0, kept.getLast().toFloats()[49_999]);
    kept.forEach(Tensor::close);
  }

  @Test
  void whatDoesNotFitIsRefusedAndTheNextRunIsServed() throws Exception {
    try (var fixture = new ProcessFixture(SETTINGS.withRegionBytes(1 << 20));
        var big = fixture.pool().allocate(Datatype.FP32, Shape.of(300_000));
        var half = fixture.pool().allocate(Datatype.FP32, Shape.of(200_000))) {
      half.segment().fill((byte) 0);
      var context = FixedContext.of(fixture.pool());
      var refusal =
          assertThrows(StageException.class, () -> fixture.stage().run(context, List.of(big)));
      assertEquals(ErrorCode.OUT_OF_MEMORY, refusal.code());
      var first = fixture.stage().run(context, List.of(half));
      var second =
          assertThrows(StageException.class, () -> fixture.stage().run(context, List.of(half)));
      assertEquals(ErrorCode.OUT_OF_MEMORY, second.code(), second.getMessage());
      first.forEach(Tensor::close);
      fixture.stage().run(context, List.of(half)).forEach(Tensor::close);
      assertEquals(8, await(fixture.start(4)).first());
    }
  }

  @Test
  void aKindOrModelThatCannotBeMadeThereIsRefusedAsHere() throws Exception {
    try (var pool = new TensorPool(1 << 20, TensorPool.LeakTracing.ON)) {
      var model = Files.write(folder.resolve("bad.onnx"), TinyModels.unknownOperator());
      var bad =
          assertThrows(
              StageException.class,
              () -> ProcessStages.create(new OnnxStageFactory(), onnx(model, pool), SETTINGS));
      assertEquals(ErrorCode.BAD_ARTIFACT, bad.code());
      var unknown =
          assertThrows(
              StageException.class,
              () ->
                  ProcessStages.create(
                      "test/unknown",
                      ProcessFixture.setup(pool),
                      SETTINGS,
                      StageProcess.class.getName()));
      assertEquals(ErrorCode.INVALID_MANIFEST, unknown.code());
      assertEquals(List.of(), ProcessFixture.files());
    }
  }

  @Test
  void moreRunsThanCreditsAreRefusedAtOnce() throws Exception {
    try (var fixture = new ProcessFixture(SETTINGS.withCredits(2))) {
      var cancellation = new ManualCancellation();
      var hanging = fixture.start(FaultFactory.Fault.HANG_UNTIL_CANCELLED.value(), cancellation);
      var waiting = fixture.start(3);
      var refused = fixture.start(4);
      assertTrue(refused.isDone());
      assertEquals(ErrorCode.OVERLOADED, await(refused).failure().orElseThrow().code());
      cancellation.cancel();
      assertTrue(await(hanging).failure().isPresent());
      assertEquals(6, await(waiting).first());
      assertEquals(0, cancellation.registered());
    }
  }

  /** Whether a run had begun when it was cancelled shows in its code only, so it is tried again. */
  @Test
  void aCancellationReachesARunThatHasBegun() throws Exception {
    try (var fixture = new ProcessFixture(SETTINGS)) {
      var code = ErrorCode.CANCELLED;
      for (var millis = 1; code == ErrorCode.CANCELLED && millis < 1_000; millis *= 2) {
        var cancellation = new ManualCancellation();
        var run = fixture.start(FaultFactory.Fault.HANG_UNTIL_CANCELLED.value(), cancellation);
        var until = System.nanoTime() + millis * 1_000_000L;
        while (System.nanoTime() < until) {
          Thread.onSpinWait();
        }
        cancellation.cancel();
        code = await(run).failure().orElseThrow().code();
      }
      assertEquals(ErrorCode.STAGE_FAILED, code);
    }
  }

  @Test
  void runsThatWaitedAndWereCancelledAreNotRun() throws Exception {
    try (var fixture = new ProcessFixture(SETTINGS)) {
      var first = new ManualCancellation();
      var second = new ManualCancellation();
      var hanging = fixture.start(FaultFactory.Fault.HANG_UNTIL_CANCELLED.value(), first);
      var crash = fixture.start(FaultFactory.Fault.CRASH.value(), second);
      second.cancel();
      first.cancel();
      assertFalse(await(hanging).failure().isEmpty());
      assertEquals(ErrorCode.CANCELLED, await(crash).failure().orElseThrow().code());
      assertEquals(0, fixture.stage().health().ends());
    }
  }

  @Test
  void worksWithPipesWhereThereIsNoFutex() throws Exception {
    try (var fixture = new ProcessFixture(SETTINGS.withWakeUp(ProcessSettings.WakeUp.PIPE))) {
      for (var run = 0; run < 200; run++) {
        assertEquals(2 * run, await(fixture.start(run)).first());
      }
    }
  }

  @Test
  void closingLeavesNoProcessAndNoFile() throws Exception {
    var fixture = new ProcessFixture(SETTINGS.withStandby(true));
    var health = fixture.awaitHealth(ProcessHealth::standbyReady);
    assertEquals(2, health.processes().size());
    await(fixture.start(1));
    fixture.close();
    for (var pid : health.processes()) {
      assertFalse(ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false), "pid " + pid);
    }
    assertEquals(List.of(), ProcessFixture.files());
    var context = FixedContext.of(fixture.pool());
    var refused = assertThrows(StageException.class, () -> fixture.stage().run(context, List.of()));
    assertEquals(ErrorCode.UNAVAILABLE, refused.code());
  }

  private static StageSetup onnx(Path model, TensorPool pool) {
    var signature =
        new Signature(
            List.of(TensorSpec.of("x", Datatype.FP32, "batch", 64)),
            List.of(TensorSpec.of("y", Datatype.FP32, "batch", 64)));
    return new StageSetup(
        "probe",
        "fp32",
        signature,
        Options.of(new OnnxStageFactory().options(), Map.of()),
        Optional.of(model),
        Map.of(),
        pool);
  }

  /** Makes the stages of another factory in processes of their own. */
  private record Apart(StageFactory inner) implements StageFactory {
    @Override
    public String kind() {
      return inner.kind();
    }

    @Override
    public String summary() {
      return inner.summary();
    }

    @Override
    public List<OptionSpec> options() {
      return inner.options();
    }

    @Override
    public Signature signature(Options options) {
      return inner.signature(options);
    }

    @Override
    public Stage create(StageSetup setup) {
      return ProcessStages.create(inner, setup, SETTINGS);
    }
  }
}
