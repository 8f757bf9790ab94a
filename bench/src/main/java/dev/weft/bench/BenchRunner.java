package dev.weft.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Runs a bench by name and prints what it finds. */
public final class BenchRunner {

  private BenchRunner() {}

  /**
   * Prints every figure to {@code out} as it comes and nothing else.
   *
   * @param json one JSON object per line instead of a table
   * @return the figures, for the caller to judge
   * @throws BenchException if there is no such bench or it cannot run as asked
   */
  public static List<Figure> run(String name, boolean json, PrintStream out, BenchOptions options) {
    var bench = Benches.named(name);
    if (!options.arguments().isEmpty() && !bench.takesArguments()) {
      throw new BenchException(
          "case: '%s' (expected: none, %s has no cases)"
              .formatted(options.arguments().getFirst(), name));
    }
    var writer = new FigureWriter(out, json, Machine.conditions());
    var figures = new ArrayList<Figure>();
    bench.run(
        options,
        figure -> {
          figures.add(figure);
          writer.write(figure);
        });
    if (figures.isEmpty()) {
      throw new BenchException(name + ": no figures, as no call completed (is the machine busy?)");
    }
    return List.copyOf(figures);
  }
}
