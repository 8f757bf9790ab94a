package dev.weft.bench;

import dev.weft.fabric.pipeline.Answer;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;

/**
 * CPU time of one frame while as many are inside as may be, so that nothing sleeps; submitting
 * included.
 */
record BusyFrames(Spread micros, int rounds, int frames) {

  private static final int FRAMES = 100_000;
  private static final int ROUNDS = 9;

  static BusyFrames measure(TaxRun run, FabricContender fabric) {
    var frames = run.options().quick() ? FRAMES / 100 : FRAMES;
    micros(fabric, frames);
    var rounds = new double[run.options().quick() ? 2 : ROUNDS];
    for (var round = 0; round < rounds.length; round++) {
      rounds[round] = micros(fabric, frames);
    }
    return new BusyFrames(Spread.of(rounds), rounds.length, frames);
  }

  String conditions() {
    return "median of %d rounds of %d frames, %d in flight, submitting included, quartiles %s"
        .formatted(rounds, frames, BenchManifests.IN_FLIGHT_MAX, micros);
  }

  private static double micros(FabricContender fabric, int frames) {
    var inside = new ArrayDeque<CompletableFuture<Answer>>();
    var cpuBefore = ProcessCpu.nanos();
    for (var frame = 0; frame < frames; frame++) {
      if (inside.size() == BenchManifests.IN_FLIGHT_MAX) {
        end(inside.removeFirst());
      }
      inside.addLast(fabric.pipeline().submit(fabric.newRequest()));
    }
    inside.forEach(BusyFrames::end);
    return (ProcessCpu.nanos() - cpuBefore) / 1e3 / frames;
  }

  private static void end(CompletableFuture<Answer> pending) {
    try (var answer = pending.join()) {
      if (!(answer instanceof Answer.Completed)) {
        throw new IllegalStateException(answer.toString());
      }
    }
  }
}
