package dev.weft.sim.run;

import dev.weft.sim.scenario.Scenario;
import dev.weft.sim.scenario.Scenarios;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A seed that once found something.
 *
 * @param commit at which it failed
 * @param found what, in words
 */
record RegressionSeed(Scenario scenario, long seed, String commit, String found) {

  static final String FILE = "regression-seeds.txt";

  private static final int FIELDS = 4;

  /** All in {@value #FILE}. */
  static List<RegressionSeed> all() {
    try (var in = RegressionSeed.class.getResourceAsStream("/" + FILE)) {
      if (in == null) {
        throw new IllegalStateException(FILE + ": not there (expected: among the test resources)");
      }
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * What lines say; empty ones and those that begin with {@code #} say nothing.
   *
   * @throws IllegalArgumentException naming the line that is no seed
   */
  static List<RegressionSeed> parse(List<String> lines) {
    var seeds = new ArrayList<RegressionSeed>();
    for (var i = 0; i < lines.size(); i++) {
      var line = lines.get(i);
      if (!line.isBlank() && !line.startsWith("#")) {
        seeds.add(parse("%s, line %d".formatted(FILE, i + 1), line));
      }
    }
    return seeds;
  }

  private static RegressionSeed parse(String place, String line) {
    var fields = line.split(" +", FIELDS);
    if (fields.length < FIELDS || !fields[1].matches("\\d{1,18}")) {
      throw new IllegalArgumentException(
          "%s: '%s' (expected: SCENARIO SEED COMMIT WHAT)".formatted(place, line));
    }
    var scenario =
        Scenarios.named(fields[0])
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "%s: scenario '%s' (expected: one of %s)"
                            .formatted(
                                place,
                                fields[0],
                                Scenarios.all().stream().map(Scenario::name).toList())));
    return new RegressionSeed(scenario, Long.parseLong(fields[1]), fields[2], fields[3]);
  }

  @Override
  public String toString() {
    return "%s %d: %s".formatted(scenario.name(), seed, found);
  }
}
