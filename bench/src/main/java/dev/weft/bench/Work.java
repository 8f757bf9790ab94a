package dev.weft.bench;

import ai.onnxruntime.OrtException;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.reading.ManifestFiles;
import dev.weft.stages.onnx.OnnxModels;
import dev.weft.stages.testkit.TinyModels;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A unit of work: a model made to take a wanted time on this machine, and what goes into it.
 *
 * @param input FP32[rows, width]; the output {@code y} has the same shape
 * @param alone time of its fastest run on an idle core
 */
record Work(Path file, FrameInput input, int rows, int width, Duration alone) {

  private static final int WIDTH = 256;
  private static final int ROWS = 16;
  private static final int PROBE_LINKS = 8;
  private static final int PROBES = 200;
  private static final int LINKS_MAX = 512;
  private static final String OUTPUT = "y";

  /** A chain of as many layers as take {@code wanted}, by the fastest of some runs. */
  static Work calibrated(GeneratedModels models, String name, Duration wanted)
      throws OrtException, IOException {
    var probe = chain(models, name + "-probe", PROBE_LINKS, ROWS, WIDTH);
    var links = wanted.toNanos() * PROBE_LINKS / probe.alone().toNanos();
    return chain(models, name, (int) Math.clamp(links, 1, LINKS_MAX), ROWS, WIDTH);
  }

  /** A chain of {@code links} layers over rows of {@code width} values, and its time alone. */
  static Work chain(GeneratedModels models, String name, int links, int rows, int width)
      throws OrtException, IOException {
    var file = models.write(name, TinyModels.matMulChain(width, links));
    return of(file, FrameInput.floats("x", rows, width), rows, width);
  }

  /** A model as it is, and its time alone. */
  static Work of(Path file, FrameInput input, int rows, int width) throws OrtException {
    var untimed = new Work(file, input, rows, width, Duration.ZERO);
    return new Work(file, input, rows, width, untimed.fastest());
  }

  /** The work without the fabric. */
  RawChain raw() throws OrtException {
    return raw(1);
  }

  /** The work {@code times} times in a row without the fabric. */
  RawChain raw(int times) throws OrtException {
    var models = new ArrayList<RawModel>();
    for (var i = 0; i < times; i++) {
      models.add(new RawModel(file));
    }
    return new RawChain(models, List.of(input), OUTPUT, rows, width);
  }

  /** The work as a stage of kind {@code onnx}. */
  StageManifest stage(String name) throws IOException {
    return BenchManifests.stage(
        name, "onnx", OnnxModels.signature(file), Optional.of(ManifestFiles.pin(file)));
  }

  private Duration fastest() throws OrtException {
    try (var raw = raw();
        var caller = raw.newCaller()) {
      var fastest = Long.MAX_VALUE;
      for (var i = 0; i < PROBES; i++) {
        var before = System.nanoTime();
        caller.runFrame();
        fastest = Math.min(fastest, System.nanoTime() - before);
      }
      return Duration.ofNanos(fastest);
    } catch (OrtException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
