package dev.weft.app.tracing;

import dev.weft.fabric.manifest.Capture;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.pipeline.FrameRecorder;
import dev.weft.fabric.pipeline.FrameTrace;
import dev.weft.fabric.trace.Fingerprints;
import dev.weft.fabric.trace.RecorderSettings;
import dev.weft.fabric.trace.TraceFile;
import dev.weft.fabric.trace.TraceRecorder;
import dev.weft.stages.spi.StageKinds;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** Records frames to a trace file, on a thread of its own. */
public final class Recording implements FrameRecorder {

  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            var made = new Thread(work, "weft-recorder");
            made.setDaemon(true);
            return made;
          });
  private final TraceRecorder recorder;

  /**
   * @param file a new one
   * @param now names the epoch, too: a later process has a higher one
   * @throws dev.weft.fabric.trace.TraceException if it cannot be written
   */
  public Recording(Path file, Instant now) {
    this.recorder =
        new TraceRecorder(
            TraceFile.create(file, now),
            new Fingerprints(StageKinds.discover()::find, Fingerprints.here()),
            RecorderSettings.of(now.toEpochMilli()),
            thread);
  }

  @Override
  public void deployed(PipelineManifest pipeline, Map<String, StageManifest> stages) {
    recorder.deployed(pipeline, stages);
  }

  @Override
  public Capture capture(Capture declared, PipelineManifest pipeline, String tenant) {
    return recorder.capture(declared, pipeline, tenant);
  }

  @Override
  public void ended(FrameTrace frame) {
    recorder.ended(frame);
  }

  /** Frames recorded. */
  public long recorded() {
    return recorder.recorded();
  }

  @Override
  public void close() {
    recorder.close();
    thread.close();
  }
}
