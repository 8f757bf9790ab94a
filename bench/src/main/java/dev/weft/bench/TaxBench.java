package dev.weft.bench;

import ai.onnxruntime.OrtException;
import com.typesafe.config.ConfigFactory;
import dev.weft.fabric.embedded.Weft;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Consumer;

/** What the fabric costs on top of the work itself, in CPU time and latency. */
final class TaxBench implements Bench {

  private static final List<TaxCase> CASES =
      List.of(
          new EmptyStageCase(),
          new ThreeStageCase(),
          new VadCase(),
          new MiniLmCase(),
          new FourStageCase());

  @Override
  public String name() {
    return TaxRun.BENCH;
  }

  @Override
  public boolean takesArguments() {
    return true;
  }

  @Override
  public String summary() {
    return "What the fabric costs on top of a raw ONNX Runtime loop: CPU time, p50 and p99.";
  }

  @Override
  public void run(BenchOptions options, Consumer<Figure> figures) {
    var cases = cases(options);
    try (var models = new GeneratedModels();
        var weft = Weft.embedded(ConfigFactory.load())) {
      var run = new TaxRun(weft, options, models, figures);
      run.warmUp();
      for (var one : cases) {
        one.measure(run);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Those named; all if none is, or the quick ones. */
  private static List<TaxCase> cases(BenchOptions options) {
    if (options.arguments().isEmpty()) {
      return CASES.stream().filter(c -> !options.quick() || !c.needsFetchedModels()).toList();
    }
    return options.arguments().stream().map(TaxBench::named).toList();
  }

  private static TaxCase named(String name) {
    return CASES.stream()
        .filter(c -> c.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new BenchException(
                    "case: '%s' (expected: one of %s)"
                        .formatted(name, CASES.stream().map(TaxCase::name).toList())));
  }
}
