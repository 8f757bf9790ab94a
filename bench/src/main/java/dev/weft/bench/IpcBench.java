package dev.weft.bench;

import dev.weft.stages.process.ProcessSettings;
import dev.weft.stages.spi.AsyncStage.Completion;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** What it costs that a stage lives in a process of its own: to the process and back. */
final class IpcBench implements Bench {

  private static final String NAME = "ipc";
  private static final double SIZE_RATIO_MAX = 1.2;
  private static final FrameInput SMALL = FrameInput.floats("x", 16);
  private static final FrameInput LARGE = FrameInput.floats("x", 150_000);

  private static final int FRAMES = 2_000;
  private static final int IDLE_FRAMES = 300;
  private static final int BUSY_FRAMES = 20_000;
  private static final Duration PAUSE = Duration.ofMillis(2);

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "A tensor to a stage in its own process and back: by size, against loopback TCP.";
  }

  @Override
  public void run(BenchOptions options, Consumer<Figure> figures) {
    try {
      sizes(options, figures);
      copied(options, figures);
      tcp(options, figures);
      wakeUps(options, figures);
      pace(options, figures);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void sizes(BenchOptions options, Consumer<Figure> figures) {
    try (var small = new ProcessContender(SMALL, true, ProcessContender.settings());
        var large = new ProcessContender(LARGE, true, ProcessContender.settings());
        var duel = new Duel(small, large, 1)) {
      var rounds = duel.run(extent(options));
      latency(rounds, "hop/64B", Duel.Round::baseline, figures);
      latency(rounds, "hop/600kB", Duel.Round::contender, figures);
      for (var percentile : List.of(50, 99)) {
        var figure = ratio(rounds, "hop/600kB-to-64B/p" + percentile, percentile, "64 B");
        figures.accept(percentile == 50 ? figure.withGoal(Goal.atMost(SIZE_RATIO_MAX)) : figure);
      }
    }
  }

  private static void copied(BenchOptions options, Consumer<Figure> figures) {
    try (var inRegion = new ProcessContender(LARGE, true, ProcessContender.settings());
        var copied = new ProcessContender(LARGE, false, ProcessContender.settings());
        var duel = new Duel(inRegion, copied, 1)) {
      figures.accept(
          ratio(duel.run(extent(options)), "copied/600kB/p50", 50, "lying in the region"));
    }
  }

  private static void tcp(BenchOptions options, Consumer<Figure> figures) throws IOException {
    try (var small = new TcpContender(SMALL);
        var large = new TcpContender(LARGE);
        var duel = new Duel(small, large, 1)) {
      var rounds = duel.run(extent(options));
      latency(rounds, "tcp/64B", Duel.Round::baseline, figures);
      latency(rounds, "tcp/600kB", Duel.Round::contender, figures);
      figures.accept(ratio(rounds, "tcp/600kB-to-64B/p50", 50, "64 B"));
    }
    try (var hop = new ProcessContender(LARGE, true, ProcessContender.settings());
        var tcp = new TcpContender(LARGE);
        var duel = new Duel(hop, tcp, 1)) {
      figures.accept(ratio(duel.run(extent(options)), "tcp-to-hop/600kB/p50", 50, "the hop"));
    }
  }

  /** What stands behind the defaults: a futex and a short spin. */
  private static void wakeUps(BenchOptions options, Consumer<Figure> figures) {
    var settings = ProcessContender.settings();
    try (var best = new ProcessContender(SMALL, true, settings);
        var pipe =
            new ProcessContender(SMALL, true, settings.withWakeUp(ProcessSettings.WakeUp.PIPE));
        var duel = new Duel(best, pipe, 1)) {
      figures.accept(ratio(duel.run(extent(options)), "pipe/64B/p50", 50, "futex"));
    }
    try (var spinning = new ProcessContender(SMALL, true, settings);
        var asleep = new ProcessContender(SMALL, true, settings.withSpin(Duration.ZERO));
        var duel = new Duel(spinning, asleep, 1)) {
      var rounds = duel.run(extent(options));
      figures.accept(ratio(rounds, "no-spin/64B/p50", 50, "spinning"));
    }
  }

  /** One after the other, after a pause, and several at a time. */
  private static void pace(BenchOptions options, Consumer<Figure> figures) {
    try (var contender = new ProcessContender(SMALL, true, ProcessContender.settings())) {
      var hops = new Hops(contender, options.quick() ? 20 : 1);
      hops.inTurn(FRAMES);
      hops.busy(BUSY_FRAMES);
      report("start", rounds(options, () -> hops.inTurn(FRAMES)), figures);
      report("idle", rounds(options, () -> hops.afterPauses(IDLE_FRAMES)), figures);
      report("busy", rounds(options, () -> hops.busy(BUSY_FRAMES)), figures);
    }
  }

  private interface Pass {
    /** Latency or time per hop, and CPU time of both processes per hop, in microseconds. */
    double[] take();
  }

  private static List<double[]> rounds(BenchOptions options, Pass pass) {
    var rounds = new ArrayList<double[]>();
    for (var round = options.quick() ? 2 : 9; round > 0; round--) {
      rounds.add(pass.take());
    }
    return rounds;
  }

  private static void report(String name, List<double[]> rounds, Consumer<Figure> figures) {
    var units = List.of(name.equals("busy") ? "per-frame" : "p50", "cpu");
    for (var i = 0; i < units.size(); i++) {
      var at = i;
      var spread = Spread.of(rounds.stream().mapToDouble(round -> round[at]).toArray());
      figures.accept(
          Figure.of(
              NAME,
              "%s/64B/%s".formatted(name, units.get(i)),
              spread.median(),
              "us",
              "median of %d rounds, quartiles %s".formatted(rounds.size(), spread)));
    }
  }

  private static Duel.Extent extent(BenchOptions options) {
    return options.quick()
        ? new Duel.Extent(2, 1, FRAMES / 20, FRAMES / 10)
        : new Duel.Extent(9, 4, FRAMES / 4, FRAMES * 5);
  }

  private interface SideOf {
    Duel.Side of(Duel.Round round);
  }

  private static void latency(
      List<Duel.Round> rounds, String name, SideOf side, Consumer<Figure> figures) {
    for (var percentile : List.of(50, 99)) {
      var spread = TaxRun.spread(rounds, r -> side.of(r).latencyMicros(percentile));
      var frames = (int) side.of(rounds.getFirst()).frames();
      figures.accept(
          Figure.of(
              NAME,
              name + "/p" + percentile,
              spread.median(),
              "us",
              TaxRun.conditions(rounds, frames, spread)));
    }
  }

  private static Figure ratio(
      List<Duel.Round> rounds, String name, int percentile, String baseline) {
    var ratios =
        TaxRun.spread(
            rounds,
            r -> r.contender().latencyMicros(percentile) / r.baseline().latencyMicros(percentile));
    var other = TaxRun.spread(rounds, r -> r.baseline().latencyMicros(percentile));
    var frames = (int) rounds.getFirst().baseline().frames();
    return Figure.of(
            NAME, name, ratios.median(), "ratio", TaxRun.conditions(rounds, frames, ratios))
        .against("%s: %s us".formatted(baseline, Numbers.plain(other.median())));
  }

  /** Runs started without waiting, as the fabric does it; each next one by who ended the last. */
  private record Hops(ProcessContender contender, int divisor) {

    double[] inTurn(int frames) {
      var count = frames / divisor;
      var nanos = new long[count];
      var cpu = contender.cpuNanos();
      chain(1, nanos);
      return new double[] {median(nanos), (contender.cpuNanos() - cpu) / 1e3 / count};
    }

    double[] busy(int frames) {
      var count = frames / divisor;
      var cpu = contender.cpuNanos();
      var start = System.nanoTime();
      chain(contender.stage().credits(), new long[count]);
      var taken = System.nanoTime() - start;
      return new double[] {taken / 1e3 / count, (contender.cpuNanos() - cpu) / 1e3 / count};
    }

    double[] afterPauses(int frames) {
      var count = frames / divisor;
      var nanos = new long[count];
      var cpu = contender.cpuNanos();
      for (var i = 0; i < count; i++) {
        LockSupport.parkNanos(PAUSE.toNanos());
        var one = new long[1];
        chain(1, one);
        nanos[i] = one[0];
      }
      return new double[] {median(nanos), (contender.cpuNanos() - cpu) / 1e3 / count};
    }

    /** As many runs as {@code nanos} takes the times of, {@code atOnce} of them under way. */
    private void chain(int atOnce, long[] nanos) {
      var ended = new Semaphore(0);
      try (var input = contender.leased()) {
        for (var lane = 0; lane < atOnce; lane++) {
          new Lane(contender, input, lane, atOnce, nanos, ended).next();
        }
        ended.acquireUninterruptibly(atOnce);
      }
    }

    private static double median(long[] nanos) {
      var sorted = nanos.clone();
      Arrays.sort(sorted);
      return sorted[sorted.length / 2] / 1e3;
    }
  }

  /** Every n-th run of a chain, one after the other. */
  private static final class Lane implements Completion {
    private final ProcessContender contender;
    private final List<Tensor> inputs;
    private final int step;
    private final long[] nanos;
    private final Semaphore ended;
    private int at;
    private long started;

    Lane(
        ProcessContender contender,
        Tensor input,
        int first,
        int step,
        long[] nanos,
        Semaphore ended) {
      this.contender = contender;
      this.inputs = List.of(input);
      this.at = first;
      this.step = step;
      this.nanos = nanos;
      this.ended = ended;
    }

    void next() {
      if (at >= nanos.length) {
        ended.release();
        return;
      }
      started = System.nanoTime();
      contender.stage().start(contender.context(), inputs, this);
    }

    @Override
    public void completed(List<Tensor> outputs) {
      nanos[at] = System.nanoTime() - started;
      at += step;
      outputs.forEach(Tensor::close);
      next();
    }

    @Override
    public void failed(StageException why) {
      ended.release();
      throw new IllegalStateException(why);
    }
  }
}
