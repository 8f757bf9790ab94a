package dev.weft.stages.calibration;

import dev.weft.stages.tensor.Shape;

/** Is shown what one tensor holds, run after run. */
public interface Observer {

  /**
   * @param values row-major; not to be kept
   */
  void observe(float[] values, Shape shape);
}
