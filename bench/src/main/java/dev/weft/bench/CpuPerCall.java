package dev.weft.bench;

import dev.weft.bench.load.ClosedResult;
import dev.weft.bench.load.EventLoad;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * Rounds of closed loads, each with the CPU time of all processes that take part, by what was
 * measured.
 */
final class CpuPerCall {

  /**
   * One round.
   *
   * @param cpuMicros CPU time of all processes together per call that completed
   */
  record Sample(ClosedResult result, double cpuMicros) {

    double perSecond() {
      return result.perSecond();
    }

    double micros(double percentile) {
      return result.waits().getValueAtPercentile(percentile) / 1e3;
    }
  }

  /** A step of warming up that is cheaper by less than this is as cheap as the one before. */
  private static final double CHEAPER = 0.05;

  private static final int STEADY_STEPS = 2;

  /** Before the first round of something, as so many as before each, for it is compiled then. */
  private static final int FIRST_SETTLING = 3;

  private final Map<String, List<Sample>> samples = new TreeMap<>();
  private final Duration settling;
  private final Duration measured;

  /**
   * @param settling before each round, not counted
   */
  CpuPerCall(Duration settling, Duration measured) {
    this.settling = settling;
    this.measured = measured;
  }

  /** A closed load for a time. */
  interface Load {
    ClosedResult run(Duration time) throws InterruptedException;
  }

  /**
   * Takes one round of calls that are sent when the one before is answered, by whoever learns of
   * it.
   *
   * @param pids of the other processes that take part
   */
  void measure(String what, List<? extends EventLoad.Caller> callers, List<Long> pids)
      throws InterruptedException {
    measure(what, time -> EventLoad.run(callers, time), pids);
  }

  /**
   * Has a load run until it gets no cheaper, as code that is new in some process is compiled there
   * only after many calls; counts nothing.
   *
   * @param pids of the other processes that take part
   * @param step time between two looks
   * @param most time it may take
   */
  static void warm(Load load, List<Long> pids, Duration step, Duration most)
      throws InterruptedException {
    var least = Double.POSITIVE_INFINITY;
    var steady = 0;
    for (var run = Duration.ZERO; run.compareTo(most) < 0; run = run.plus(step)) {
      var before = cpuNanos(pids);
      var completed = load.run(step).completedCount();
      var each = (double) (cpuNanos(pids) - before) / Math.max(1, completed);
      steady = each > (1 - CHEAPER) * least ? steady + 1 : 0;
      least = Math.min(least, each);
      if (steady == STEADY_STEPS) {
        return;
      }
    }
  }

  /**
   * Takes one round.
   *
   * @param pids of the other processes that take part
   */
  void measure(String what, Load load, List<Long> pids) throws InterruptedException {
    var isFirst = !samples.containsKey(what);
    var _ = load.run(isFirst ? settling.multipliedBy(FIRST_SETTLING) : settling);
    var before = cpuNanos(pids);
    var result = load.run(measured);
    var cpu = cpuNanos(pids) - before;
    samples
        .computeIfAbsent(what, _ -> new ArrayList<>())
        .add(new Sample(result, cpu / 1e3 / Math.max(1, result.completedCount())));
  }

  private static long cpuNanos(List<Long> pids) {
    return ProcessCpu.nanos() + pids.stream().mapToLong(ProcessCpu::nanos).sum();
  }

  /** What the rounds of one thing gave. */
  Spread spread(String what, ToDoubleFunction<Sample> value) {
    return Spread.of(of(what).stream().mapToDouble(value).toArray());
  }

  /** Differences within each round. */
  Spread added(String what, String baseline, ToDoubleFunction<Sample> value) {
    var more = of(what);
    var less = of(baseline);
    var differences = new double[more.size()];
    for (var round = 0; round < differences.length; round++) {
      differences[round] =
          value.applyAsDouble(more.get(round)) - value.applyAsDouble(less.get(round));
    }
    return Spread.of(differences);
  }

  private List<Sample> of(String what) {
    return samples.getOrDefault(what, List.of());
  }

  /** How it was taken. */
  String conditions(String what, Spread spread) {
    return "median of %d rounds of %s, quartiles %s".formatted(of(what).size(), measured, spread);
  }
}
