package dev.weft.bench;

import ai.onnxruntime.OrtException;
import dev.weft.fabric.reading.ManifestFiles;
import dev.weft.stages.spi.StageKinds;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** One second of sound through Silero VAD: 31 runs of a small recurrent model. */
final class VadCase implements TaxCase {

  private static final int ROWS = 31;
  private static final int ROW_SAMPLES = 576;
  private static final int FRAMES = 60;

  @Override
  public String name() {
    return "vad";
  }

  @Override
  public void measure(TaxRun run) throws OrtException, IOException {
    var file = run.kioskModel("silero_vad.onnx");
    var audio = run.options().kiosk().resolve("stages").resolve("audio.yaml");
    var stage =
        ManifestFiles.load(audio, StageKinds.discover()).stage("voice-activity").orElseThrow();
    var manifest = BenchManifests.chain("bench-vad", List.of(stage));
    var rows = FrameInput.floats("frames", ROWS, ROW_SAMPLES);
    run.ratios(
        name(),
        () -> new RawVad(new RawModel(file), rows),
        () ->
            new FabricContender(
                run.weft(),
                run.weft().deploy(manifest, Map.of(stage.name(), stage)),
                List.of(rows)),
        FRAMES,
        TaxRun.Goals.NONE);
  }
}
