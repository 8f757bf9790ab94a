package dev.weft.fabric.embedded;

import dev.weft.fabric.load.LoadGauge;
import dev.weft.fabric.loop.LanePause;
import dev.weft.fabric.loop.Loops;
import dev.weft.fabric.loop.Watch;
import dev.weft.fabric.node.FabricSettings;
import dev.weft.fabric.stage.StageHosting;
import dev.weft.fabric.stage.StageLoader;
import dev.weft.stages.spi.StageKinds;
import dev.weft.stages.tensor.TensorPool;

/** What the stages of a node are hosted with, made from its settings. */
final class Hosting {

  private Hosting() {}

  static Loops loops(FabricSettings settings) {
    return new Loops(
        settings.loops(),
        settings.reservedLoops(),
        settings.reserveFor().toNanos(),
        settings.backgroundBeside());
  }

  static StageHosting of(
      FabricSettings settings,
      TensorPool tensors,
      Loops loops,
      Watch watch,
      LoadGauge gauge,
      LanePause pause) {
    return new StageHosting(
        SystemClock.INSTANCE,
        tensors,
        settings.stageTensorBytes(),
        FabricSettings.loopDispatchers(settings.loops()),
        loops,
        watch,
        gauge,
        pause,
        settings.keepLoaded(),
        settings.hangTimeout());
  }

  /** Loads what a node of these abilities can run. */
  static StageLoader loader(FabricSettings settings, StageKinds kinds, TensorPool tensors) {
    return new StageLoader(
            kinds::find, tensors, SystemClock.INSTANCE, settings.loops(), settings.process())
        .on(PipelineLoader.NODE);
  }
}
