package dev.weft.fabric.embedded;

import dev.weft.fabric.load.LoadGauge;
import dev.weft.fabric.pipeline.NodeLoad;

/** What the node's watch over the machine shows, as load conditions ask for it. */
record GaugedLoad(LoadGauge gauge) implements NodeLoad {

  @Override
  public double cpu() {
    return gauge.state().sample().machineShare().orElse(Double.NaN);
  }

  @Override
  public double memory() {
    return 1 - gauge.state().sample().memoryAvailableShare().orElse(Double.NaN);
  }

  @Override
  public int level() {
    return gauge.level().ordinal();
  }
}
