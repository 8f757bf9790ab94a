package dev.weft.fabric.embedded;

import dev.weft.fabric.manifest.Artifact;
import dev.weft.fabric.manifest.Batching;
import dev.weft.fabric.manifest.Budget;
import dev.weft.fabric.manifest.Door;
import dev.weft.fabric.manifest.Isolation;
import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.QueueLimits;
import dev.weft.fabric.manifest.Reach;
import dev.weft.fabric.manifest.Residency;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.manifest.TensorRef;
import dev.weft.fabric.manifest.Variant;
import dev.weft.fabric.reading.ManifestFiles;
import dev.weft.stages.onnx.OnnxModels;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.spi.TensorSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The manifests a bare model would have: one stage, and a pipeline of that stage alone. They pin
 * the model and the files its weights are in as these are now, so two readings are equal if they
 * are.
 */
public record SingleModel(StageManifest stage, PipelineManifest pipeline) {

  private static final Duration DEADLINE = Duration.ofMinutes(1);

  /** As many clients as one server is likely to have wait their turn; bytes are bounded, too. */
  private static final int IN_FLIGHT_MAX = 1024;

  private static final String STEP = "model";
  private static final String OWNER = "whoever registered it";

  /**
   * @param file an ONNX file
   * @throws WeftException if it cannot be read or is no model
   */
  public static SingleModel of(String name, Path file) {
    try {
      var model = ManifestFiles.pin(file);
      var signature = OnnxModels.signature(file);
      return new SingleModel(
          stage(name, model, weights(file), signature),
          pipeline(name, model, signature.inputs(), signature));
    } catch (IOException e) {
      throw new WeftException(
          ErrorCode.BAD_ARTIFACT,
          "model: %s: %s (expected: a readable ONNX file)".formatted(file, e));
    } catch (StageException e) {
      throw WeftException.of(e);
    }
  }

  private static Map<String, Artifact> weights(Path file) throws IOException {
    var pinned = new LinkedHashMap<String, Artifact>();
    for (var weights : OnnxModels.files(file)) {
      if (!weights.equals(file)) {
        pinned.put(weights.toString(), ManifestFiles.pin(weights));
      }
    }
    return pinned;
  }

  private static StageManifest stage(
      String name, Artifact model, Map<String, Artifact> weights, Signature signature) {
    return new StageManifest(
        model.path(),
        name,
        "Runs the model %s.".formatted(model.file()),
        OWNER,
        "onnx",
        1,
        signature,
        List.of(new Variant("default", Optional.empty(), Optional.of(model), Map.of(), false)),
        Map.of(),
        weights,
        Budget.unstated(),
        QueueLimits.of(IN_FLIGHT_MAX),
        Batching.none(),
        Isolation.NONE,
        true,
        Set.of(),
        Residency.anywhere(),
        Map.of());
  }

  private static PipelineManifest pipeline(
      String name, Artifact model, List<TensorSpec> inputs, Signature signature) {
    var sources = new LinkedHashMap<String, TensorRef>();
    inputs.forEach(input -> sources.put(input.name(), TensorRef.input(input.name())));
    return new PipelineManifest(
        model.path(),
        name,
        "Runs the model %s.".formatted(model.file()),
        OWNER,
        DEADLINE,
        Lane.INTERACTIVE,
        Door.of(IN_FLIGHT_MAX),
        Optional.empty(),
        Optional.empty(),
        Reach.unstated(),
        inputs.stream().map(input -> new PipelineManifest.Input(input, true)).toList(),
        List.of(
            new PipelineManifest.Step(
                STEP,
                name,
                Optional.empty(),
                sources,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                List.of(),
                Optional.empty())),
        signature.outputs().stream()
            .map(
                output ->
                    new PipelineManifest.Output(
                        output.name(), TensorRef.output(STEP, output.name()), true))
            .toList(),
        Map.of(),
        List.of(),
        List.of(),
        Map.of());
  }
}
