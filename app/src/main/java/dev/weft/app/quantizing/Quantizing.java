package dev.weft.app.quantizing;

import dev.weft.app.console.Progress;
import dev.weft.app.tracing.RecordedTrace;
import dev.weft.fabric.trace.Fingerprints;
import dev.weft.stages.calibration.Samples;
import dev.weft.stages.onnx.OnnxModels;
import dev.weft.stages.onnx.OnnxModels.Simplified;
import dev.weft.stages.quantize.ByteProducts;
import dev.weft.stages.quantize.Measured;
import dev.weft.stages.quantize.Method;
import dev.weft.stages.quantize.Original;
import dev.weft.stages.quantize.Quantizer;
import dev.weft.stages.quantize.Sensitivity;
import dev.weft.stages.quantize.Settings;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.tensor.TensorPool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Quantizes a model as ordered, writes it and measures what was written. */
public final class Quantizing {

  private static final long TENSOR_BYTES_MAX = 2L << 30;

  /** Inputs on which layers are compared; each layer is run on all of them. */
  private static final int COMPARED_FRAMES_MAX = 8;

  private final Order order;
  private final String tool;
  private final Progress progress;

  /**
   * @param tool version of this build, for the recipe
   */
  public Quantizing(Order order, String tool, Progress progress) {
    this.order = order;
    this.tool = tool;
    this.progress = progress;
  }

  /**
   * @throws StageException if the model or its inputs cannot be used, or nothing can be quantized
   * @throws dev.weft.app.failure.WorkFailed if a file cannot be written
   */
  public Outcome run() {
    try (var pool = new TensorPool(TENSOR_BYTES_MAX, TensorPool.LeakTracing.OFF)) {
      var signature = OnnxModels.signature(order.model());
      var recorded = order.calibrate().map(path -> recorded(path, signature, pool));
      var generated = new GeneratedInputs(order.dims());
      try (var samples = recorded.orElseGet(() -> generated.samples(signature.inputs(), pool))) {
        return new Work(samples, recorded.isPresent(), pool).run();
      }
    }
  }

  private Samples recorded(Path path, Signature signature, TensorPool pool) {
    var inputs = signature.inputs();
    return Files.isDirectory(path) && !RecordedTrace.isFolder(path)
        ? SampleFolder.read(path, inputs, order.framesMax(), pool)
        : new SampleTrace(path, order.sources()).read(inputs, order.framesMax(), pool);
  }

  /** Why int8 weights have to do with 7 bits; empty if they have all 8. */
  private Optional<String> reducedBecause() {
    if (order.method() != Method.INT8_DYNAMIC && order.method() != Method.INT8_STATIC) {
      return Optional.empty();
    }
    if (order.reducedRange()) {
      return Optional.of("asked for");
    }
    return ByteProducts.of(Fingerprints.here().cpu()) == ByteProducts.EXACT
        ? Optional.empty()
        : Optional.of("this processor has no VNNI and adds products of bytes up in 16 bits");
  }

  /** One order, with its inputs in memory. */
  private final class Work {

    private final Samples samples;
    private final boolean isRecorded;
    private final TensorPool pool;
    private final Map<String, String> keep = new LinkedHashMap<>();

    Work(Samples samples, boolean isRecorded, TensorPool pool) {
      this.samples = samples;
      this.isRecorded = isRecorded;
      this.pool = pool;
      order.keep().forEach(node -> keep.put(node, "kept by --keep"));
    }

    Outcome run() {
      var started = System.nanoTime();
      progress.bar(0, "reading " + order.model());
      var source = OnnxModels.simplified(order.model());
      var reduced = reducedBecause();
      var asked = Settings.of(order.method()).with(order.ranges());
      var settings = reduced.isPresent() ? asked.withReducedRange() : asked;
      var given = isRecorded ? Optional.of(samples) : Optional.<Samples>empty();
      var quantizer = Quantizer.of(source, settings, given, pool, tool);
      var written = quantizer.write(keep);
      var convertTime = Duration.ofNanos(System.nanoTime() - started);
      var sensitivity = sensitivity(source, quantizer);
      if (order.budget().isPresent() && sensitivity.isPresent()) {
        try (var original = original(source, order.framesMax())) {
          written = order.budget().get().hold(quantizer, keep, sensitivity.get(), original);
        }
      }
      var file = ModelFiles.write(order.target(), written);
      return measured(
          new Outcome(
              order,
              written,
              source.bytes(),
              file,
              samples.size(),
              isRecorded,
              reduced,
              sensitivity,
              Optional.empty(),
              Optional.empty(),
              convertTime),
          source);
    }

    private Optional<Sensitivity> sensitivity(Simplified source, Quantizer quantizer) {
      if (!order.sensitivity() && order.budget().isEmpty()) {
        return Optional.empty();
      }
      try (var original = original(source, COMPARED_FRAMES_MAX)) {
        return Optional.of(Sensitivity.of(quantizer, keep, original, this::comparing));
      }
    }

    private void comparing(double done) {
      progress.bar(done, "comparing layers");
    }

    private Original original(Simplified source, int framesMax) {
      return Original.of(
          source.path().toString(), source.content(), samples.spread(framesMax), pool);
    }

    /** Runs both models in turns; one that does not run on these inputs is said not to. */
    private Outcome measured(Outcome outcome, Simplified source) {
      progress.bar(0, "measuring");
      try (var original = original(source, order.framesMax())) {
        var measured = Measured.of(outcome.quantized(), original, order.rounds(), System::nanoTime);
        return outcome.with(measured);
      } catch (StageException e) {
        return outcome.without("not measured: " + e.getMessage());
      }
    }
  }
}
