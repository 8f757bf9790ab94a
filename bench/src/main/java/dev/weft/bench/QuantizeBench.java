package dev.weft.bench;

import dev.weft.bench.chart.Chart;
import dev.weft.bench.chart.Chart.Axis;
import dev.weft.bench.chart.Series;
import dev.weft.stages.calibration.Samples;
import dev.weft.stages.onnx.OnnxModels;
import dev.weft.stages.onnx.OnnxRunner;
import dev.weft.stages.quantize.Method;
import dev.weft.stages.quantize.Quantizer;
import dev.weft.stages.quantize.Settings;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * MiniLM as this quantizer writes it and as its publisher ships it in int8: size, agreement of
 * sentence vectors with the original, speed in turns with it. Ranges and smoothing come from other
 * sentences than those judged.
 */
final class QuantizeBench implements Bench {

  private static final String NAME = "quantize";
  private static final long POOL_BYTES = 1L << 30;
  private static final int ROUNDS = 15;
  private static final int QUICK_ROUNDS = 3;
  private static final double MEGABYTES_MAX = 24;
  private static final double COSINE_MIN = 0.994;
  private static final double SECONDS_MAX = 5;
  private static final Chart GAIN =
      new Chart(
          "quantize-gain",
          "MiniLM: what each method gains over the original",
          Chart.Kind.BARS,
          Axis.linear(""),
          Axis.linear("times as small, times as fast"));

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "MiniLM in int8, int4 and fp16: size, agreement, speed beside the published int8.";
  }

  @Override
  public void run(BenchOptions options, Consumer<Figure> figures) {
    var folder = options.kiosk().resolveSibling("quantizing");
    try (var pool = new TensorPool(POOL_BYTES, TensorPool.LeakTracing.OFF)) {
      var tokenizer = file(folder, "models/all-minilm-l6-v2-q-tokenizer.json");
      var others = options.kiosk().resolve("stages").resolve("intents.txt");
      try (var judged = Sentences.read(folder.resolve("sentences.txt"), tokenizer, pool);
          var calibration = Sentences.read(others, tokenizer, pool);
          var run = new Run(folder, judged, pool, options.quick(), figures)) {
        run.published();
        run.method("int8-dynamic", Method.INT8_DYNAMIC, Optional.of(calibration));
        run.method("int8-dynamic-uncalibrated", Method.INT8_DYNAMIC, Optional.empty());
        run.method("int8-static", Method.INT8_STATIC, Optional.of(calibration));
        run.method("int4", Method.INT4, Optional.empty());
        run.method("fp16", Method.FP16, Optional.empty());
      }
    } catch (IOException e) {
      throw new BenchException("%s (expected: the files of %s)".formatted(e, folder));
    }
  }

  private static Path file(Path folder, String name) {
    var path = folder.resolve(name);
    if (!Files.isRegularFile(path)) {
      throw new BenchException(
          "%s: missing (expected: a file; bring it with ./weft fetch %s)".formatted(path, folder));
    }
    return path;
  }

  /** Models held against the original and the published int8. */
  private static final class Run implements AutoCloseable {

    private final Path source;
    private final byte[] published;
    private final Samples judged;
    private final TensorPool pool;
    private final int rounds;
    private final Consumer<Figure> figures;
    private final OnnxRunner original;
    private final long originalBytes;
    private final OnnxRunner publishedRunner;
    private final List<double[]> expected = new ArrayList<>();

    Run(Path folder, Samples judged, TensorPool pool, boolean quick, Consumer<Figure> figures)
        throws IOException {
      this.source = file(folder, "models/all-minilm-l6-v2.onnx");
      this.published = Files.readAllBytes(file(folder, "models/all-minilm-l6-v2-q.onnx"));
      this.judged = judged;
      this.pool = pool;
      this.rounds = quick ? QUICK_ROUNDS : ROUNDS;
      this.figures = figures;
      this.originalBytes = Files.size(source);
      this.original = OnnxRunner.load("original", Files.readAllBytes(source), pool);
      this.publishedRunner = OnnxRunner.load("published", published, pool);
      judged.frames().forEach(each -> expected.add(Sentences.embedding(original, each)));
    }

    void published() {
      figure("published-int8/size", published.length / 1e6, "MB", Optional.empty());
      agreement("published-int8", publishedRunner, Optional.empty());
      gain("published-int8", published.length, publishedRunner);
    }

    /** Speed beside the original, drawn with the size. */
    private void gain(String name, long bytes, OnnxRunner runner) {
      var speed = speed(name + "/speed-up", original, "original", runner);
      var series =
          Series.of(GAIN, name, speed.conditions())
              .add("size", (double) originalBytes / bytes)
              .add("speed", speed.value())
              .build();
      figures.accept(speed.drawn(series));
    }

    void method(String name, Method method, Optional<Samples> calibration) {
      var isJudged = name.equals("int8-dynamic");
      var started = System.nanoTime();
      var simplified = OnnxModels.simplified(source);
      var model =
          Quantizer.of(simplified, Settings.of(method), calibration, pool, "bench")
              .write(Map.of())
              .model();
      var seconds = (System.nanoTime() - started) / 1e9;
      figure(name + "/convert", seconds, "s", goal(isJudged, Goal.atMost(SECONDS_MAX)));
      figure(name + "/size", model.length / 1e6, "MB", goal(isJudged, Goal.atMost(MEGABYTES_MAX)));
      try (var runner = OnnxRunner.load(name, model, pool)) {
        agreement(name, runner, goal(isJudged, Goal.atLeast(COSINE_MIN)));
        gain(name, model.length, runner);
        var beside = speed(name + "/beside-published", publishedRunner, "published int8", runner);
        figures.accept(isJudged ? beside.withGoal(Goal.atLeast(1)) : beside);
      }
    }

    private static Optional<Goal> goal(boolean isJudged, Goal goal) {
      return isJudged ? Optional.of(goal) : Optional.empty();
    }

    private void agreement(String name, OnnxRunner runner, Optional<Goal> goal) {
      var sum = 0.0;
      var least = 1.0;
      for (var i = 0; i < expected.size(); i++) {
        var vector = Sentences.embedding(runner, judged.frames().get(i));
        var cosine = Sentences.cosine(expected.get(i), vector);
        sum += cosine;
        least = Math.min(least, cosine);
      }
      figure(name + "/cosine-mean", sum / expected.size(), "cosine", goal);
      figure(name + "/cosine-least", least, "cosine", Optional.empty());
    }

    private Figure speed(String name, OnnxRunner baseline, String what, OnnxRunner runner) {
      var ratios = new double[rounds];
      var micros = new double[rounds];
      nanos(baseline);
      nanos(runner);
      for (var round = 0; round < rounds; round++) {
        var first = round % 2 == 0 ? nanos(baseline) : nanos(runner);
        var second = round % 2 == 0 ? nanos(runner) : nanos(baseline);
        var before = round % 2 == 0 ? first : second;
        ratios[round] = before / (double) (first + second - before);
        micros[round] = before / 1e3 / judged.size();
      }
      var spread = Spread.of(ratios);
      return Figure.of(
              NAME,
              name,
              spread.median(),
              "ratio",
              "median of %d rounds of %d sentences in turns, quartiles %s"
                  .formatted(rounds, judged.size(), spread))
          .against("%s: %s us".formatted(what, Numbers.plain(Spread.of(micros).median())));
    }

    private long nanos(OnnxRunner runner) {
      var started = System.nanoTime();
      for (Map<String, Tensor> sentence : judged.frames()) {
        runner.drop(sentence);
      }
      return System.nanoTime() - started;
    }

    private void figure(String name, double value, String unit, Optional<Goal> goal) {
      var conditions = "%d sentences, one to a run, one thread".formatted(judged.size());
      var figure = Figure.of(NAME, name, value, unit, conditions);
      figures.accept(goal.map(figure::withGoal).orElse(figure));
    }

    @Override
    public void close() {
      original.close();
      publishedRunner.close();
    }
  }
}
