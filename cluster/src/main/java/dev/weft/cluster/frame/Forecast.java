package dev.weft.cluster.frame;

import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.manifest.Lane;

/** How long answers of this node take. */
@FunctionalInterface
interface Forecast {

  /**
   * Until the answer to a frame that comes now, its wait included, in nanoseconds; 0 if nothing is
   * known yet.
   *
   * @param tenant whose the frame is; empty for nobody's
   */
  long nanos(Pipeline pipeline, Lane lane, String tenant);
}
