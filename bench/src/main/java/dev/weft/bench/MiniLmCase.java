package dev.weft.bench;

import ai.onnxruntime.OrtException;
import dev.weft.fabric.manifest.Batching;
import dev.weft.fabric.reading.ManifestFiles;
import dev.weft.stages.onnx.OnnxModels;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/** One sentence of 18 tokens through int8 MiniLM, an encoder of six layers. */
final class MiniLmCase implements TaxCase {

  private static final int TOKENS = 18;
  private static final int WIDTH = 384;
  private static final int FIRST_TOKEN = 101;
  private static final int FRAMES = 50;
  private static final double CPU_MAX = 1.03;

  @Override
  public String name() {
    return "minilm-int8";
  }

  @Override
  public boolean needsFetchedModels() {
    return true;
  }

  @Override
  public void measure(TaxRun run) throws OrtException, IOException {
    var file = run.kioskModel("all-minilm-l6-v2-q.onnx");
    var inputs =
        List.of(
            FrameInput.longs(
                "input_ids",
                LongStream.range(0, TOKENS).map(token -> FIRST_TOKEN + token * FIRST_TOKEN)),
            FrameInput.longs("attention_mask", LongStream.range(0, TOKENS).map(_ -> 1)),
            FrameInput.longs("token_type_ids", LongStream.range(0, TOKENS).map(_ -> 0)));
    var goals = new TaxRun.Goals(Optional.of(Goal.atMost(CPU_MAX)), Optional.empty());
    // As the runtime has it by itself, and as a manifest with one open dimension gets it.
    var patterns = Map.<String, Object>of("memoryPatterns", "on");
    var stage =
        BenchManifests.stage(
            "bench-minilm",
            "onnx",
            OnnxModels.signature(file),
            List.of(
                BenchManifests.variant("default", Optional.of(ManifestFiles.pin(file)), patterns)),
            Batching.none());
    var manifest = BenchManifests.single("bench-minilm", stage, BenchManifests.IN_FLIGHT_MAX);
    run.ratios(
        name(),
        () ->
            new RawChain(
                List.of(new RawModel(file)), inputs, "last_hidden_state", 1, TOKENS, WIDTH),
        () ->
            new FabricContender(
                run.weft(), run.weft().deploy(manifest, Map.of(stage.name(), stage)), inputs),
        FRAMES,
        goals);
  }
}
