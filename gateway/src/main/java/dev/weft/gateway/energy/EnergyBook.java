package dev.weft.gateway.energy;

import dev.weft.fabric.sensor.RaplFiles;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Adds up what each use took from one look to the next. One thread looks; any may read. */
final class EnergyBook {

  private final RaplFiles rapl;
  private final CpuFiles cpu;
  private final double wattsPerCore;
  private final Supplier<Map<Use, Long>> work;
  private final Map<Use, Double> joules = new ConcurrentHashMap<>();
  private Map<Use, Long> workBefore;
  private OptionalLong machineBefore;
  private long nanosBefore;

  /**
   * @param work time that stages ran since the start of each use, in nanoseconds
   * @param nanos on the monotonic clock, now
   */
  EnergyBook(
      RaplFiles rapl,
      CpuFiles cpu,
      double wattsPerCore,
      Supplier<Map<Use, Long>> work,
      long nanos) {
    this.rapl = rapl;
    this.cpu = cpu;
    this.wattsPerCore = wattsPerCore;
    this.work = work;
    this.workBefore = work.get();
    this.machineBefore = cpu.busyNanos();
    this.nanosBefore = nanos;
  }

  /** Where its figures come from, from the start to the end. */
  Source source() {
    return rapl.isThere() && machineBefore.isPresent() ? Source.RAPL : Source.MODEL;
  }

  /** Takes note of what was used since the last look; of one that cannot be, with the next. */
  void look(long nanos) {
    var now = work.get();
    var worked = worked(now);
    switch (source()) {
      case MODEL -> add(Attribution.ofModel(wattsPerCore, worked));
      case RAPL -> {
        var machine = cpu.busyNanos();
        var taken = machine.isPresent() ? rapl.joules(nanos - nanosBefore) : OptionalDouble.empty();
        if (taken.isEmpty()) {
          return;
        }
        var machineNanos = machine.getAsLong() - machineBefore.orElseThrow();
        add(Attribution.ofMachine(taken.getAsDouble(), machineNanos, worked));
        machineBefore = machine;
      }
    }
    workBefore = now;
    nanosBefore = nanos;
  }

  /** Work since the last look; a pipeline that was deployed anew has counted from 0 since. */
  private Map<Use, Long> worked(Map<Use, Long> now) {
    var worked = new HashMap<Use, Long>();
    now.forEach(
        (use, nanos) -> {
          var before = workBefore.getOrDefault(use, 0L);
          worked.put(use, nanos >= before ? nanos - before : nanos);
        });
    return worked;
  }

  private void add(Map<Use, Double> shares) {
    shares.forEach((use, share) -> joules.merge(use, share, Double::sum));
  }

  /** In joules since the start; those of pipelines that are gone, too, and 0 of new ones. */
  Map<Use, Double> joules() {
    var told = new HashMap<>(joules);
    work.get().keySet().forEach(use -> told.putIfAbsent(use, 0.0));
    return told;
  }
}
