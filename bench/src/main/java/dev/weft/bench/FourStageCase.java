package dev.weft.bench;

import ai.onnxruntime.OrtException;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.reading.ManifestFiles;
import dev.weft.stages.onnx.OnnxModels;
import dev.weft.stages.testkit.TinyModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Four models one after the other, made to take about 5 ms together on this machine. */
final class FourStageCase implements TaxCase {

  private static final int STAGES = 4;
  private static final int WIDTH = 256;
  private static final int ROWS = 16;
  private static final long STAGE_NANOS = 1_250_000;
  private static final int PROBE_LINKS = 8;
  private static final int PROBES = 200;
  private static final int LINKS_MAX = 64;
  private static final int FRAMES = 40;
  private static final double P99_MAX = 1.05;

  @Override
  public String name() {
    return "four-stage";
  }

  @Override
  public void measure(TaxRun run) throws OrtException, IOException {
    var input = FrameInput.floats("x", ROWS, WIDTH);
    var file = run.models().write("chain", TinyModels.matMulChain(WIDTH, links(run, input)));
    Map<String, StageManifest> stages = new LinkedHashMap<>();
    for (var i = 0; i < STAGES; i++) {
      stages.put("bench-chain" + i, stage("bench-chain" + i, file));
    }
    var manifest = BenchManifests.chain("bench-four", List.copyOf(stages.values()));
    var goals = new TaxRun.Goals(Optional.empty(), Optional.of(Goal.atMost(P99_MAX)));
    run.ratios(
        name(),
        () -> raw(file, input),
        () -> new FabricContender(run.weft(), run.weft().deploy(manifest, stages), List.of(input)),
        FRAMES,
        goals);
  }

  private static Contender raw(Path file, FrameInput input) throws OrtException {
    var models = new ArrayList<RawModel>();
    for (var i = 0; i < STAGES; i++) {
      models.add(new RawModel(file));
    }
    return new RawChain(models, List.of(input), "y", ROWS, WIDTH);
  }

  private static StageManifest stage(String name, Path file) throws IOException {
    return BenchManifests.stage(
        name, "onnx", OnnxModels.signature(file), Optional.of(ManifestFiles.pin(file)));
  }

  /** Layers one stage needs to take a quarter of 5 ms, from the fastest of some runs. */
  private static int links(TaxRun run, FrameInput input) throws OrtException, IOException {
    var file = run.models().write("probe", TinyModels.matMulChain(WIDTH, PROBE_LINKS));
    try (var probe = new RawChain(List.of(new RawModel(file)), List.of(input), "y", ROWS, WIDTH);
        var caller = probe.newCaller()) {
      var fastest = Long.MAX_VALUE;
      for (var i = 0; i < PROBES; i++) {
        var before = System.nanoTime();
        caller.runFrame();
        fastest = Math.min(fastest, System.nanoTime() - before);
      }
      return (int) Math.clamp(STAGE_NANOS * PROBE_LINKS / fastest, 1, LINKS_MAX);
    } catch (OrtException | IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
