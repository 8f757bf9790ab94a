package dev.weft.bench;

import ai.onnxruntime.OrtException;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.stages.testkit.TinyModels;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** Three models that do next to nothing, one after the other: what remains is the way. */
final class ThreeStageCase implements TaxCase {

  private static final String NAME = "three-stage";
  private static final int STAGES = 3;
  private static final int WIDTH = 4;
  private static final double ADDED_CPU_MICROS_MAX = 1;
  private static final double IDLE_P50_MICROS_MAX = 40;
  private static final int RAW_FRAMES = 30_000;
  private static final int RAW_ROUNDS = 9;
  private static final int IDLE_FRAMES = 1_500;
  private static final long PAUSE_NANOS = 2_000_000;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void measure(TaxRun run) throws OrtException, IOException {
    var file = run.models().write("tiny", TinyModels.empty());
    var work = Work.of(file, FrameInput.floats("x", 1, WIDTH), 1, WIDTH);
    Map<String, StageManifest> stages = new LinkedHashMap<>();
    for (var i = 0; i < STAGES; i++) {
      stages.put("bench-tiny" + i, work.stage("bench-tiny" + i));
    }
    var manifest = BenchManifests.chain("bench-three", List.copyOf(stages.values()));
    try (var raw = work.raw(STAGES);
        var fabric =
            new FabricContender(
                run.weft(), run.weft().deploy(manifest, stages), List.of(work.input()))) {
      busy(run, raw, fabric);
      idle(run, raw, fabric);
    }
  }

  /** What a frame costs more than the same models run one after the other by their caller. */
  private static void busy(TaxRun run, Contender raw, FabricContender fabric) {
    var busy = BusyFrames.measure(run, fabric);
    var alone = rawCpuMicros(run, raw).median();
    run.figures()
        .accept(
            Figure.of(
                    TaxRun.BENCH,
                    NAME + "/busy/added-cpu",
                    busy.micros().median() - alone,
                    "us",
                    "all of it %s us, %s"
                        .formatted(Numbers.plain(busy.micros().median()), busy.conditions()))
                .against("raw loop: %s us".formatted(Numbers.plain(alone)))
                .withGoal(Goal.atMost(ADDED_CPU_MICROS_MAX)));
  }

  private static Spread rawCpuMicros(TaxRun run, Contender raw) {
    var frames = run.options().quick() ? RAW_FRAMES / 100 : RAW_FRAMES;
    var rounds = new double[run.options().quick() ? 2 : RAW_ROUNDS];
    try (var caller = raw.newCaller()) {
      for (var round = -1; round < rounds.length; round++) {
        var before = ProcessCpu.nanos();
        for (var frame = 0; frame < frames; frame++) {
          caller.runFrame();
        }
        rounds[Math.max(0, round)] = (ProcessCpu.nanos() - before) / 1e3 / frames;
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    return Spread.of(rounds);
  }

  /** A caller who comes now and then, so that cores and threads sleep in between. */
  private static void idle(TaxRun run, Contender raw, FabricContender fabric) {
    var alone = idleMicros(run, raw);
    var micros = idleMicros(run, fabric);
    var conditions =
        "of %d frames, one every %d ms".formatted(micros.length, PAUSE_NANOS / 1_000_000);
    run.figures()
        .accept(
            Figure.of(TaxRun.BENCH, NAME + "/idle/p50", percentile(micros, 50), "us", conditions)
                .against("raw loop: %s us".formatted(Numbers.plain(percentile(alone, 50))))
                .withGoal(Goal.atMost(IDLE_P50_MICROS_MAX)));
    run.figures()
        .accept(
            Figure.of(TaxRun.BENCH, NAME + "/idle/p99", percentile(micros, 99), "us", conditions)
                .against("raw loop: %s us".formatted(Numbers.plain(percentile(alone, 99)))));
  }

  /** Waiting times, shortest first. */
  private static double[] idleMicros(TaxRun run, Contender contender) {
    var micros = new double[run.options().quick() ? IDLE_FRAMES / 100 : IDLE_FRAMES];
    try (var caller = contender.newCaller()) {
      for (var frame = 0; frame < micros.length; frame++) {
        LockSupport.parkNanos(PAUSE_NANOS);
        var before = System.nanoTime();
        caller.runFrame();
        micros[frame] = (System.nanoTime() - before) / 1e3;
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    Arrays.sort(micros);
    return micros;
  }

  private static double percentile(double[] sorted, int percent) {
    return sorted[(sorted.length - 1) * percent / 100];
  }
}
