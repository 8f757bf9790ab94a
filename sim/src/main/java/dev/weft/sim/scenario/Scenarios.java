package dev.weft.sim.scenario;

import java.time.Duration;
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
          new RestartsScenario(),
          new OfflineScenario(),
          SitesScenario.fifty(),
          RegionsScenario.fifty());

  private Scenarios() {}

  public static List<Scenario> all() {
    return ALL;
  }

  /** Those that are run when none is named. */
  public static List<Scenario> usual() {
    return ALL.stream().filter(scenario -> !scenario.isLong()).toList();
  }

  /** The scenario {@code regions} with {@code nodes} machines in each, to which more happens. */
  public static Scenario regionsOf(int nodes, Duration time) {
    return RegionsScenario.few(nodes, time);
  }

  public static Optional<Scenario> named(String name) {
    return ALL.stream().filter(scenario -> scenario.name().equals(name)).findFirst();
  }
}
