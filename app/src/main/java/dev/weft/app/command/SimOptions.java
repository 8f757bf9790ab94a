package dev.weft.app.command;

import dev.weft.app.failure.WrongUse;
import dev.weft.fabric.manifest.Quantity;
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
          "kiosk, pressure, uplink, bitrot or rollout (default: these five); sites, restarts or"
              + " offline, which take seconds; edges, which takes minutes; regions, which takes"
              + " hours.")
  private Optional<String> scenario = Optional.empty();

  @Option(
      names = "--for",
      paramLabel = "TIME",
      description =
          "How much time is simulated, 1min to 7d; of the scenario regions only (default: 24h).")
  private Optional<String> time = Optional.empty();

  @Option(names = "--json", description = "Prints one JSON object per run, and a last one of all.")
  private boolean isJson;

  List<Scenario> scenarios() {
    if (scenario.isEmpty()) {
      if (time.isPresent()) {
        throw new WrongUse("--for: '%s' (expected: with --scenario regions)".formatted(time.get()));
      }
      return Scenarios.usual();
    }
    var wanted = named(scenario.get());
    return List.of(time.map(text -> lasting(wanted, text)).orElse(wanted));
  }

  private static Scenario named(String name) {
    return Scenarios.named(name)
        .orElseThrow(
            () ->
                new WrongUse(
                    "scenario: '%s' (expected: one of %s)"
                        .formatted(name, Scenarios.all().stream().map(Scenario::name).toList())));
  }

  private static Scenario lasting(Scenario scenario, String text) {
    if (scenario.time().isEmpty()) {
      throw new WrongUse(
          "--for: '%s' with --scenario %s (expected: with regions; this one has its own time)"
              .formatted(text, scenario.name()));
    }
    var expected = "--for: '%s' (expected: a time such as 30min or 8h, 1min to 7d)".formatted(text);
    var wanted = Quantity.period(text).orElseThrow(() -> new WrongUse(expected));
    try {
      return scenario.lasting(wanted);
    } catch (IllegalArgumentException e) {
      throw new WrongUse(expected);
    }
  }

  boolean isJson() {
    return isJson;
  }
}
