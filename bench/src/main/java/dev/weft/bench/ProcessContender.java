package dev.weft.bench;

import dev.weft.stages.process.ProcessSettings;
import dev.weft.stages.process.ProcessStage;
import dev.weft.stages.process.ProcessStages;
import dev.weft.stages.spi.Options;
import dev.weft.stages.spi.StageSetup;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorAllocator;
import dev.weft.stages.tensor.TensorPool;
import dev.weft.stages.testkit.FixedContext;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The empty stage in a process of its own, for tensors of one size; the caller waits. */
final class ProcessContender implements Contender {

  private final TensorPool pool = new TensorPool(16 << 20, TensorPool.LeakTracing.OFF);
  private final FrameInput input;
  private final boolean inRegion;
  private final ProcessStage stage;

  /**
   * @param inRegion whether the caller's tensor lies in the shared region, and so is not copied
   */
  ProcessContender(FrameInput input, boolean inRegion, ProcessSettings settings) {
    this.input = input;
    this.inRegion = inRegion;
    var setup =
        new StageSetup(
            "bench-pass",
            "default",
            PassFactory.SIGNATURE,
            Options.of(List.of(), Map.of()),
            Optional.empty(),
            Map.of(),
            pool);
    this.stage = ProcessStages.create(new PassFactory(), setup, settings);
  }

  static ProcessSettings settings() {
    return ProcessSettings.defaults().withStandby(false).withRegionBytes(8 << 20);
  }

  ProcessStage stage() {
    return stage;
  }

  /** Where the caller's tensors come from. */
  TensorAllocator tensors() {
    return inRegion ? stage.tensors() : pool;
  }

  FixedContext context() {
    return FixedContext.of(pool);
  }

  Tensor leased() {
    return input.leased(tensors());
  }

  /** CPU time of both processes together. */
  long cpuNanos() {
    return ProcessCpu.nanos() + ProcessCpu.nanos(stage.health().processes().getFirst());
  }

  @Override
  public Caller newCaller() {
    var given = leased();
    var context = context();
    return new Caller() {
      @Override
      public float runFrame() {
        try (var output = stage.run(context, List.of(given)).getFirst()) {
          return output.segment().get(ValueLayout.JAVA_FLOAT, 0);
        }
      }

      @Override
      public void close() {
        given.close();
      }
    };
  }

  @Override
  public void close() {
    stage.close();
    pool.close();
  }
}
