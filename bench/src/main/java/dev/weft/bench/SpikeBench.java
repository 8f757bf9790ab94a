package dev.weft.bench;

import ai.onnxruntime.OrtException;
import com.typesafe.config.ConfigFactory;
import dev.weft.bench.chart.Chart;
import dev.weft.bench.chart.Chart.Axis;
import dev.weft.bench.chart.Series;
import dev.weft.bench.load.Arrivals;
import dev.weft.bench.load.LoadResult;
import dev.weft.bench.load.Stream;
import dev.weft.bench.load.StreamResult;
import dev.weft.bench.load.Target;
import dev.weft.bench.load.Terms;
import dev.weft.bench.load.TimeSeries;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.manifest.Lane;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Whether background gives way when somebody else takes the machine: burners on all cores for some
 * seconds, while perception and background are served.
 */
final class SpikeBench implements Bench {

  private static final String NAME = "spike";
  private static final double PERCEPTION_SHARE = 0.2;
  private static final double BACKGROUND_SHARE = 0.5;
  private static final Duration DEADLINE = Duration.ofMillis(100);
  private static final Duration BACKGROUND_DEADLINE = Duration.ofSeconds(2);
  private static final Duration BEFORE = Duration.ofSeconds(5);
  private static final Duration BURNING = Duration.ofSeconds(8);
  private static final Duration AFTER = Duration.ofSeconds(8);
  private static final double STOPPED_MILLIS_MAX = 250;
  private static final double MISSED_PERCENT_MAX = 0.1;

  /** So many empty buckets in a row are a stop and not a gap. */
  private static final int QUIET_BUCKETS = 6;

  private static final int RESUMED_BUCKETS = 10;
  private static final double RESUMED_SHARE = 0.5;
  private static final String PERCEPTION = "perception";
  private static final String BACKGROUND = "background";

  private static final Chart OVER_TIME =
      new Chart(
          "spike",
          "Answers while burners take all cores",
          Chart.Kind.TRACE,
          Axis.linear(
              "seconds; the burners run from %d to %d"
                  .formatted(BEFORE.toSeconds(), BEFORE.plus(BURNING).toSeconds())),
          Axis.linear("answers, per second (of 50 ms each)"));

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "CPU burners on all cores: background stops, perception stays in its band, resumes.";
  }

  @Override
  public void run(BenchOptions options, Consumer<Figure> figures) {
    LoadRig.run(options, rig -> run(rig, figures));
  }

  private static void run(LoadRig rig, Consumer<Figure> figures)
      throws OrtException, IOException, InterruptedException {
    var capacity = rig.capacity(rig.target(rig.deploy("bench-capacity")));
    // The fabric under test has seen neither the bench start nor the burners' processes, which are
    // spikes, too: after those this one would be a relapse.
    try (var burners = burners(rig);
        var weft = Weft.embedded(ConfigFactory.load())) {
      var fresh = rig.on(weft);
      var target = fresh.target(fresh.deploy("bench-spike"));
      var begun = Instant.now();
      var result = spike(fresh, target, capacity, burners);
      report(fresh, "fabric", result, "; levels: " + levels(fresh, begun), figures);
    }
    try (var burners = burners(rig);
        var naive = rig.naive()) {
      report(rig, "fifo", spike(rig, naive, capacity, burners), "", figures);
    }
  }

  private static CpuBurners burners(LoadRig rig) throws IOException {
    return new CpuBurners(Runtime.getRuntime().availableProcessors(), rig.span(BURNING));
  }

  /** What the ladder did since {@code begun}, so that a level which stays up can be explained. */
  private static String levels(LoadRig rig, Instant begun) {
    return rig.weft().load().events().stream()
        .map(
            event ->
                "%.1f s %s".formatted(Duration.between(begun, event.at()).toNanos() / 1e9, event))
        .collect(Collectors.joining(", "));
  }

  private static LoadResult spike(LoadRig rig, Target target, double capacity, CpuBurners burners)
      throws InterruptedException {
    return rig.load(
            BEFORE.plus(BURNING).plus(AFTER),
            new Stream(
                PERCEPTION,
                Arrivals.fixed(capacity * PERCEPTION_SHARE),
                Terms.of(Lane.PERCEPTION, DEADLINE),
                target),
            new Stream(
                BACKGROUND,
                Arrivals.fixed(capacity * BACKGROUND_SHARE),
                Terms.of(Lane.BACKGROUND, BACKGROUND_DEADLINE),
                target))
        .at(rig.span(BEFORE), burners::ignite)
        .run();
  }

  private static void report(
      LoadRig rig, String side, LoadResult result, String levels, Consumer<Figure> figures) {
    var perception = result.stream(PERCEPTION);
    var background = result.stream(BACKGROUND);
    var series = background.series();
    var from = TimeSeries.bucketAt(seconds(rig.span(BEFORE)));
    var to = TimeSeries.bucketAt(seconds(rig.span(BEFORE.plus(BURNING))));
    var usual = series.completedPerSecond(0, from);
    var conditions =
        "burners on all cores for %s s, %s; %s; %s%s"
            .formatted(
                Numbers.plain(seconds(rig.span(BURNING))),
                rig.conditions(),
                perception,
                result.generator(),
                levels);
    series.firstQuiet(from, QUIET_BUCKETS).stream()
        .filter(bucket -> bucket < to)
        .mapToObj(bucket -> millis(side + "/background-stopped", bucket - from, conditions))
        .map(figure -> figure.withGoal(Goal.atMost(STOPPED_MILLIS_MAX)))
        .forEach(figures);
    series.firstBusy(to, RESUMED_BUCKETS, usual * RESUMED_SHARE).stream()
        .mapToObj(bucket -> millis(side + "/background-resumed", bucket - to, conditions))
        .forEach(figures);
    figures.accept(
        Figure.of(NAME, side + "/misses", perception.missedShare() * 100, "%", conditions)
            .withGoal(Goal.atMost(MISSED_PERCENT_MAX))
            .drawn(drawn(side, perception, rig))
            .drawn(drawn(side, background, rig)));
  }

  private static Figure millis(String name, int buckets, String conditions) {
    return Figure.of(NAME, name, buckets * TimeSeries.BUCKET_MILLIS, "ms", conditions);
  }

  private static Series drawn(String side, StreamResult stream, LoadRig rig) {
    var series = Series.of(OVER_TIME, "%s, %s".formatted(stream.name(), side), rig.conditions());
    for (var bucket = 0; bucket < stream.series().buckets(); bucket++) {
      series.add(
          TimeSeries.seconds(bucket), stream.series().completedPerSecond(bucket, bucket + 1));
    }
    return series.build();
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }
}
