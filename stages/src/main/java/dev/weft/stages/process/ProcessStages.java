package dev.weft.stages.process;

import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.spi.StageFactory;
import dev.weft.stages.spi.StageSetup;
import dev.weft.stages.tensor.RegionMemory;
import dev.weft.stages.tensor.TensorPool;
import java.io.IOException;

/** Makes stages that run in a process of their own. */
public final class ProcessStages {

  /** What names of files in shared memory begin with that Weft shares with its stages. */
  public static final String FILE_PREFIX = "weft-stage-";

  private ProcessStages() {}

  /**
   * Starts a process in which {@code factory}'s kind makes the stage and gets it ready; waits for
   * that. The kind must be found on the class path there, as by {@code StageKinds.discover()}.
   *
   * @throws StageException if the stage could not be made there, with the code it would have here;
   *     or with {@link ErrorCode#STAGE_FAILED} if the process ended first
   */
  public static ProcessStage create(
      StageFactory factory, StageSetup setup, ProcessSettings settings) {
    return create(factory.kind(), setup, settings, StageProcess.class.getName());
  }

  /**
   * @param mainClass of the process, given a channel's path; another one in tests
   */
  static ProcessStage create(
      String kind, StageSetup setup, ProcessSettings settings, String mainClass) {
    RegionFile region;
    try {
      region = RegionFile.create(settings.regionBytes());
    } catch (IOException e) {
      throw new StageException(ErrorCode.IO_FAILED, "shared memory: " + e.getMessage(), e);
    }
    var memory =
        new RegionMemory(
            region.memory(),
            () -> {
              region.unlink();
              region.letGo();
            });
    var inputs = new TensorPool(settings.regionBytes(), TensorPool.LeakTracing.OFF, memory);
    try {
      var supervisor = new Supervisor(settings, mainClass, Orders.of(kind, setup, region.path()));
      var greeting = supervisor.begin();
      return new ProcessStage(
          supervisor, greeting, region, inputs, setup.pool(), settings.credits());
    } catch (RuntimeException | Error e) {
      inputs.close();
      throw e;
    }
  }
}
