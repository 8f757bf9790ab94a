package dev.weft.fabric.loop;

import dev.weft.fabric.manifest.Lane;

/** Which lanes may be served now; asked often, so it must be cheap. Threadsafe. */
@FunctionalInterface
public interface LanePause {

  /** Nothing is paused. */
  LanePause NONE = _ -> true;

  boolean mayRun(Lane lane);
}
