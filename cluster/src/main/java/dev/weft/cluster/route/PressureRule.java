package dev.weft.cluster.route;

import java.util.List;

/** Whether pressures speak for an answer elsewhere although there is time for one here. */
@FunctionalInterface
public interface PressureRule {

  /** Takes no notice of any. */
  PressureRule NEUTRAL = _ -> false;

  boolean leansAway(List<Pressure> pressures);
}
