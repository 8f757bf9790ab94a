package dev.weft.bench;

import java.nio.file.Path;
import java.util.List;

/**
 * What a bench is told.
 *
 * @param quick seconds instead of minutes: shows that the bench works, its figures mean little
 * @param kiosk the folder of the kiosk example, whose models some cases run
 * @param arguments what follows the bench's name: cases of {@code tax}, a pattern for {@code jmh}
 */
public record BenchOptions(boolean quick, Path kiosk, List<String> arguments) {
  public BenchOptions {
    arguments = List.copyOf(arguments);
  }

  /**
   * The cases that a bench is to run: those it is told, or all.
   *
   * @throws BenchException naming the one that it does not have
   */
  List<String> chosen(String bench, List<String> cases) {
    for (var each : arguments) {
      if (!cases.contains(each)) {
        throw new BenchException("%s: '%s' (expected: some of %s)".formatted(bench, each, cases));
      }
    }
    return arguments.isEmpty() ? cases : arguments;
  }
}
