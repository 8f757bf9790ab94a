package dev.weft.sim.scenario;

import java.util.List;
import java.util.Optional;

/** All scenarios there are. */
public final class Scenarios {

  private static final List<Scenario> ALL =
      List.of(
          new KioskScenario(),
          new PressureScenario(),
          new UplinkScenario(),
          new BitrotScenario(),
          new RolloutScenario(),
          SitesScenario.three(),
          SitesScenario.islands(),
          new RestartsScenario(),
          new OfflineScenario(),
          SitesScenario.fifty());

  private Scenarios() {}

  public static List<Scenario> all() {
    return ALL;
  }

  /** Those that are run when none is named. */
  public static List<Scenario> usual() {
    return ALL.stream().filter(scenario -> !scenario.isLong()).toList();
  }

  public static Optional<Scenario> named(String name) {
    return ALL.stream().filter(scenario -> scenario.name().equals(name)).findFirst();
  }
}
