package dev.weft.app.tracing;

import dev.weft.app.console.Amount;
import dev.weft.app.console.Progress;
import dev.weft.app.failure.WrongUse;
import dev.weft.app.running.Selection;
import dev.weft.fabric.embedded.SystemClock;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.reading.ManifestFiles;
import dev.weft.fabric.reading.ManifestFiles.Verify;
import dev.weft.fabric.replay.Replay;
import dev.weft.fabric.replay.ReplayListener;
import dev.weft.fabric.replay.ReplayMode;
import dev.weft.fabric.replay.ReplayReport;
import dev.weft.fabric.stage.SoloStages;
import dev.weft.fabric.stage.StageLoader;
import dev.weft.fabric.trace.Fingerprint;
import dev.weft.fabric.trace.Fingerprints;
import dev.weft.fabric.trace.FrameRecord;
import dev.weft.fabric.trace.TraceRecord;
import dev.weft.fabric.trace.TraceRecord.Deployment;
import dev.weft.stages.process.ProcessSettings;
import dev.weft.stages.spi.StageKinds;
import dev.weft.stages.tensor.TensorPool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/** Replays a trace: finds the manifests, loads what is needed and shows how far it is. */
public final class Replaying {

  /** Most memory for tensors, whatever the trace holds. */
  private static final long TENSOR_BYTES_MAX = 1L << 30;

  private final StageKinds kinds = StageKinds.discover();
  private final RecordedTrace trace;
  private final FrameFilter wanted;
  private final ReplayMode mode;
  private final LongSupplier nanoTime;
  private final Map<String, PipelineManifest> pipelines = new LinkedHashMap<>();
  private final Map<String, StageManifest> stages = new LinkedHashMap<>();
  private final Set<Fingerprint.Place> variants = new LinkedHashSet<>();
  private final List<String> notes = new ArrayList<>();
  private long frames;

  /**
   * What came of it.
   *
   * @param notes what a person should know of it
   */
  public record Outcome(ReplayReport report, List<String> notes, double seconds) {}

  public Replaying(
      RecordedTrace trace, FrameFilter wanted, ReplayMode mode, LongSupplier nanoTime) {
    this.trace = trace;
    this.wanted = wanted;
    this.mode = mode;
    this.nanoTime = nanoTime;
  }

  /**
   * @param manifests of what was recorded; empty for where they were then
   * @throws dev.weft.fabric.manifest.ManifestException if they are wrong
   * @throws dev.weft.fabric.trace.TraceException if the trace is
   * @throws WrongUse if no frame is meant
   */
  public Outcome run(Optional<Path> manifests, Progress progress) {
    read(manifests);
    var started = nanoTime.getAsLong();
    var pool = new TensorPool(TENSOR_BYTES_MAX, TensorPool.LeakTracing.OFF);
    var loader =
        new StageLoader(kinds::find, pool, SystemClock.INSTANCE, 1, ProcessSettings.defaults());
    var prints = new Fingerprints(kinds::find, Fingerprints.here());
    try (pool;
        var solo = new SoloStages(loader, pool);
        var replay = replay(solo, pool, prints);
        var reading = trace.read(wanted)) {
      var done = 0L;
      for (var next = reading.next(); next.isPresent(); next = reading.next()) {
        replay.accept(next.get(), reading);
        if (next.get() instanceof FrameRecord) {
          done++;
          progress.bar(
              (double) done / frames, pace(done, frames, (nanoTime.getAsLong() - started) / 1e9));
        }
      }
      var report = replay.report();
      return new Outcome(report, List.copyOf(notes), (nanoTime.getAsLong() - started) / 1e9);
    }
  }

  private Replay replay(SoloStages solo, TensorPool pool, Fingerprints prints) {
    try {
      return new Replay(mode, pipelines, stages, solo, pool, prints, ReplayListener.NONE);
    } catch (IllegalArgumentException e) {
      throw new WrongUse(String.valueOf(e.getMessage()));
    }
  }

  private void read(Optional<Path> manifests) {
    var deployments = deployments();
    var places = new LinkedHashSet<Path>();
    manifests.ifPresentOrElse(
        places::add, () -> deployments.forEach(each -> places.add(Path.of(each.origin()))));
    for (var place : places) {
      if (!Files.exists(place)) {
        throw new WrongUse(
            "%s: not there (expected: the manifests of what was recorded; name them with"
                    .formatted(place)
                + " --manifests)");
      }
      // Only what the replay runs is held against its digests, below.
      var read = ManifestFiles.load(place, kinds, Verify.STRUCTURE_ONLY);
      pipelines.putAll(read.pipelines());
      stages.putAll(read.stages());
    }
    requirePinned();
    for (var each : deployments) {
      var here = pipelines.get(each.pipeline());
      if (here != null && !Deployment.digest(here).equals(each.manifestDigest())) {
        notes.add(
            "pipeline '%s': its manifest has changed since it was recorded"
                .formatted(each.pipeline()));
      }
    }
    // Of a folder only the pipelines that were recorded need to be whole.
    pipelines.keySet().retainAll(deployments.stream().map(Deployment::pipeline).toList());
  }

  /** Holds the files of everything that was loaded then against their digests. */
  private void requirePinned() {
    switch (mode) {
      case ReplayMode.OtherVariants(var others) ->
          others.forEach((stage, variant) -> variants.add(new Fingerprint.Place(stage, variant)));
      case ReplayMode.Beside beside ->
          pipelines.values().stream()
              .flatMap(pipeline -> pipeline.step(beside.step()).stream())
              .map(step -> new Fingerprint.Place(step.stage(), beside.variant()))
              .forEach(variants::add);
      case ReplayMode.Faithful _, ReplayMode.Redecide _ -> {}
    }
    for (var each : variants) {
      var stage = stages.get(each.stage());
      if (stage != null && stage.variant(each.variant()).isPresent()) {
        Selection.requirePinned(stage, Set.of(each.variant()));
      }
    }
  }

  private Set<Deployment> deployments() {
    var found = new LinkedHashSet<Deployment>();
    try (var reading = trace.read(wanted)) {
      for (var next = reading.next(); next.isPresent(); next = reading.next()) {
        switch (next.get()) {
          case Deployment deployment -> found.add(deployment);
          case Fingerprint print -> print.variants().forEach(each -> variants.add(each.place()));
          case FrameRecord _ -> frames++;
          case TraceRecord _ -> {}
        }
      }
    }
    wanted.requireFound(frames, trace);
    return found;
  }

  private static String pace(long done, long frames, double seconds) {
    return Amount.format(
        "%d of %d frames, %.0f/s, %.0f s left",
        done, frames, done / Math.max(seconds, 1e-3), seconds * (frames - done) / done);
  }
}
