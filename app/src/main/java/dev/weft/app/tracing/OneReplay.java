package dev.weft.app.tracing;

import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.embedded.SystemClock;
import dev.weft.fabric.embedded.WeftException;
import dev.weft.fabric.replay.Replay;
import dev.weft.fabric.replay.ReplayMode;
import dev.weft.fabric.stage.SoloStages;
import dev.weft.fabric.stage.StageLoader;
import dev.weft.fabric.trace.Fingerprints;
import dev.weft.fabric.trace.FrameRecord;
import dev.weft.fabric.trace.ReadableRecorder;
import dev.weft.fabric.trace.TensorRecord;
import dev.weft.fabric.trace.TraceException;
import dev.weft.fabric.trace.TraceRecord.Deployment;
import dev.weft.fabric.trace.TraceSource;
import dev.weft.gateway.observatory.RememberedFrame;
import dev.weft.persistence.trace.TraceQuery;
import dev.weft.stages.process.ProcessSettings;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageKinds;
import dev.weft.stages.tensor.TensorPool;
import java.time.Duration;
import java.util.Map;

/**
 * One recorded frame of a server on its way once more, on the thread that asks; with memory of its
 * own, and on variants that are loaded for it and let go after it.
 */
final class OneReplay {

  /** How far the clocks that saw a frame go in and out may be apart. */
  static final Duration AROUND = Duration.ofSeconds(2);

  private static final long TENSOR_BYTES_MAX = 256L << 20;

  private final StageKinds kinds = StageKinds.discover();
  private final ReadableRecorder recorder;
  private final RememberedFrame frame;
  private final ReplayTime time;
  private final Pipeline pipeline;

  /**
   * @param pipeline as it is now
   * @param recorder that recorded the frame
   */
  OneReplay(Pipeline pipeline, ReadableRecorder recorder, RememberedFrame frame, ReplayTime time) {
    this.pipeline = pipeline;
    this.recorder = recorder;
    this.frame = frame;
    this.time = time;
  }

  /**
   * Runs it.
   *
   * @param variants to run instead of those that ran, by stage
   * @return how what came out compares with what was recorded
   * @throws WeftException if it is not recorded, not whole, or its time is over, or if what ran is
   *     not served any more
   * @throws dev.weft.app.failure.WorkFailed if a file is not as pinned
   * @throws dev.weft.stages.spi.StageException if a variant cannot be loaded
   * @throws dev.weft.stages.tensor.TensorMemoryException if its tensors take too much memory
   */
  Map<String, Object> with(Map<String, String> variants) {
    var started = System.nanoTime();
    var party = party();
    requireInputs(party.frame());
    var served = new ServedVariants(pipeline.stages(), variants);
    served.requireOthers(party.frame());
    served.require(party.frame());
    var comparison = new FrameComparison(party.frame(), time);
    var pool = new TensorPool(TENSOR_BYTES_MAX, TensorPool.LeakTracing.OFF);
    var loader =
        new StageLoader(kinds::find, pool, SystemClock.INSTANCE, 1, ProcessSettings.defaults());
    try (pool;
        var solo = new SoloStages(loader, pool);
        var replay = replay(variants, solo, pool, comparison);
        var source = recorded()) {
      for (var id : party.fingerprints()) {
        recorder.fingerprint(id).ifPresent(print -> replay.accept(print, source));
      }
      for (var next = source.next(); next.isPresent(); next = source.next()) {
        time.check();
        if (next.get() instanceof FrameRecord one && party.has(one)) {
          served.require(one);
          replay.accept(one, source);
        }
      }
      return comparison.object(
          replay.report(),
          Deployment.digest(pipeline.manifest()).equals(party.frame().manifestDigest()),
          variants,
          Duration.ofNanos(System.nanoTime() - started));
    }
  }

  /** Frames alone: what they refer to was told long before, and the recorder has it. */
  private TraceSource recorded() {
    var query =
        TraceQuery.all()
            .ofPipeline(frame.pipeline())
            .between(frame.admittedAt().minus(AROUND), frame.answeredAt().plus(AROUND));
    return recorder
        .readFrames(query)
        .orElseThrow(() -> new TraceException("nothing recorded can be read while it is written"));
  }

  private RecordedParty party() {
    try (var source = recorded()) {
      return RecordedParty.of(source, recorder.epoch(), frame, time::check)
          .orElseThrow(
              () ->
                  new WeftException(
                      ErrorCode.NOT_FOUND,
                      "frame %d of '%s' is not recorded: not sampled, not yet, or not any more"
                          .formatted(frame.number(), frame.pipeline())));
    }
  }

  private static void requireInputs(FrameRecord recorded) {
    for (var input : recorded.inputs()) {
      switch (input.kept()) {
        case TensorRecord.Inline _, TensorRecord.Beside _ -> {}
        case TensorRecord.NotKept _, TensorRecord.Redacted _ ->
            throw new WeftException(
                ErrorCode.FAILED_PRECONDITION,
                "input '%s' of the frame was not kept (expected: capture: inputs, for its tenant,"
                        .formatted(input.name())
                    + " and no redaction)");
      }
    }
  }

  private Replay replay(
      Map<String, String> variants, SoloStages solo, TensorPool pool, FrameComparison comparison) {
    return new Replay(
        variants.isEmpty() ? new ReplayMode.Faithful() : new ReplayMode.OtherVariants(variants),
        Map.of(pipeline.name(), pipeline.manifest()),
        pipeline.stages(),
        solo,
        pool,
        new Fingerprints(kinds::find, Fingerprints.here()),
        comparison);
  }
}
