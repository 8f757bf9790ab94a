package dev.weft.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The small parts of a frame's way, each alone, measured by JMH; progress goes to stderr. */
final class JmhBench implements Bench {

  private static final String PACKAGE = "dev\\.weft\\.bench\\.";

  @Override
  public String name() {
    return "jmh";
  }

  @Override
  public boolean takesArguments() {
    return true;
  }

  @Override
  public String summary() {
    return "The small parts of a frame's way, each alone; takes patterns of their names.";
  }

  @Override
  public void run(BenchOptions options, Consumer<Figure> figures) {
    var time = TimeValue.milliseconds(options.quick() ? 50 : 1_000);
    var builder =
        new OptionsBuilder()
            .shouldFailOnError(true)
            .forks(options.quick() ? 0 : 1)
            .warmupTime(time)
            .measurementTime(time)
            .warmupIterations(options.quick() ? 1 : 5)
            .measurementIterations(options.quick() ? 1 : 7);
    for (var pattern : patterns(options.arguments())) {
      builder.include(pattern);
    }
    var progress = OutputFormatFactory.createFormatInstance(System.err, VerboseMode.NORMAL);
    try {
      for (var result : new Runner(builder.build(), progress).run()) {
        figures.accept(figure(result));
      }
    } catch (RunnerException e) {
      throw new BenchException("jmh: " + e.getMessage());
    }
  }

  private static List<String> patterns(List<String> arguments) {
    if (arguments.isEmpty()) {
      return List.of(PACKAGE);
    }
    var patterns = new ArrayList<String>();
    arguments.forEach(argument -> patterns.add(PACKAGE + ".*" + argument));
    return patterns;
  }

  private static Figure figure(RunResult run) {
    var result = run.getPrimaryResult();
    var name = run.getParams().getBenchmark().substring("dev.weft.bench.".length());
    var error = result.getScoreError();
    return Figure.of(
        "jmh",
        name.replace('.', '/'),
        result.getScore(),
        result.getScoreUnit(),
        "mean of %d iterations, error %s"
            .formatted(result.getSampleCount(), Double.isNaN(error) ? "?" : Numbers.plain(error)));
  }
}
