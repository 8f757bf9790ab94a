package dev.weft.bench;

import ai.onnxruntime.OrtException;
import dev.weft.fabric.manifest.StageManifest;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Four models one after the other, made to take about 5 ms together on this machine. */
final class FourStageCase implements TaxCase {

  private static final int STAGES = 4;
  private static final Duration STAGE = Duration.ofNanos(1_250_000);
  private static final int FRAMES = 40;
  private static final double P99_MAX = 1.05;

  @Override
  public String name() {
    return "four-stage";
  }

  @Override
  public void measure(TaxRun run) throws OrtException, IOException {
    var work = Work.calibrated(run.models(), "chain", STAGE);
    var input = work.input();
    Map<String, StageManifest> stages = new LinkedHashMap<>();
    for (var i = 0; i < STAGES; i++) {
      stages.put("bench-chain" + i, work.stage("bench-chain" + i));
    }
    var manifest = BenchManifests.chain("bench-four", List.copyOf(stages.values()));
    var goals = new TaxRun.Goals(Optional.empty(), Optional.of(Goal.atMost(P99_MAX)));
    run.ratios(
        name(),
        () -> work.raw(STAGES),
        () -> new FabricContender(run.weft(), run.weft().deploy(manifest, stages), List.of(input)),
        FRAMES,
        goals);
  }
}
