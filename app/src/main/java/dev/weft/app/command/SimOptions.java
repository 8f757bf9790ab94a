package dev.weft.app.command;

import dev.weft.app.failure.WrongUse;
import dev.weft.sim.scenario.Scenario;
import dev.weft.sim.scenario.Scenarios;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What all simulations are told. */
final class SimOptions {

  @Option(
      names = "--scenario",
      paramLabel = "S",
      description =
          "kiosk, pressure, uplink, bitrot or rollout (default: these five); sites, islands,"
              + " restarts or offline, which take seconds; edges, which takes minutes.")
  private Optional<String> scenario = Optional.empty();

  @Option(names = "--json", description = "Prints one JSON object per run, and a last one of all.")
  private boolean isJson;

  List<Scenario> scenarios() {
    if (scenario.isEmpty()) {
      return Scenarios.usual();
    }
    return List.of(
        Scenarios.named(scenario.get())
            .orElseThrow(
                () ->
                    new WrongUse(
                        "scenario: '%s' (expected: one of %s)"
                            .formatted(
                                scenario.get(),
                                Scenarios.all().stream().map(Scenario::name).toList()))));
  }

  boolean isJson() {
    return isJson;
  }
}
