package dev.weft.fabric.embedded;

import com.typesafe.config.Config;
import dev.weft.fabric.manifest.Capture;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.pipeline.FrameTrace;
import dev.weft.fabric.trace.Fingerprint;
import dev.weft.fabric.trace.Fingerprints;
import dev.weft.fabric.trace.ReadableRecorder;
import dev.weft.fabric.trace.RecorderSettings;
import dev.weft.fabric.trace.RecordingCounts;
import dev.weft.fabric.trace.SessionRecorder;
import dev.weft.fabric.trace.StoreSink;
import dev.weft.fabric.trace.StoreSource;
import dev.weft.fabric.trace.TraceException;
import dev.weft.fabric.trace.TraceFile;
import dev.weft.fabric.trace.TraceRecord;
import dev.weft.fabric.trace.TraceRecorder;
import dev.weft.fabric.trace.TraceSink;
import dev.weft.fabric.trace.TraceSource;
import dev.weft.persistence.disk.FolderDisk;
import dev.weft.persistence.mirror.MirroredBuffer;
import dev.weft.persistence.mirror.SafeStore;
import dev.weft.persistence.mirror.Terms;
import dev.weft.persistence.outbox.Cursors;
import dev.weft.persistence.outbox.OutboxStatus;
import dev.weft.persistence.outbox.UploadingStore;
import dev.weft.persistence.segment.SegmentStore;
import dev.weft.persistence.trace.Retention;
import dev.weft.persistence.trace.TraceQuery;
import dev.weft.persistence.trace.TraceSettings;
import dev.weft.persistence.trace.TraceStore;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageKinds;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;

/**
 * Records frames on a thread of its own: to one trace file, or to an edge buffer, which keeps as
 * much as its retention classes say. A disk that is full or slow costs records, never an answer.
 */
public final class Recording implements SessionRecorder, ReadableRecorder {

  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            var made = new Thread(work, "weft-recorder");
            made.setDaemon(true);
            return made;
          });
  private final TraceRecorder recorder;
  private final Optional<List<String>> classes;
  private final Optional<UploadingStore> uploading;
  private final Optional<TraceStore> store;
  private final Optional<Supplier<MirroredBuffer>> mirrored;

  private Recording(
      TraceSink sink,
      Optional<TraceStore> store,
      Optional<List<String>> classes,
      Optional<UploadingStore> uploading,
      Optional<Supplier<MirroredBuffer>> mirrored,
      RecorderSettings settings) {
    this.mirrored = mirrored;
    this.store = store;
    this.classes = classes;
    this.uploading = uploading;
    this.recorder =
        new TraceRecorder(
            sink,
            new Fingerprints(StageKinds.discover()::find, Fingerprints.here()),
            settings,
            thread);
  }

  /** A later process has a higher epoch. */
  private static RecorderSettings settings(Config config) {
    return RecorderSettings.from(config, SystemClock.INSTANCE.instant().toEpochMilli());
  }

  /**
   * Records to a file.
   *
   * @param file a new one
   * @throws TraceException if it cannot be written
   */
  public static Recording toFile(Path file, Config config) {
    var settings = settings(config);
    var sink = TraceFile.create(file, SystemClock.INSTANCE.instant());
    return new Recording(
        sink, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), settings);
  }

  /**
   * Records to the edge buffer in a folder, which is made if it is not there. Records are sent
   * elsewhere as well if {@code weft.fabric.outbox.to} says where.
   *
   * @throws TraceException if it cannot be opened, as when another process has it
   * @throws WeftException if {@code weft.fabric.outbox} makes no sense
   */
  public static Recording toFolder(Path folder, Config config) {
    var settings = TraceSettings.from(config);
    var recorder = settings(config);
    var wanted = Uploading.from(config);
    try {
      requireKey(folder, settings);
      if (wanted.isPresent()) {
        var store = wanted.get().open(folder, settings);
        var safe = new SafeStore(store);
        var terms = new Terms(store.source(), Optional.of(wanted.get().terms()));
        return to(
            safe,
            settings,
            Optional.of(store),
            mirrored(settings, () -> new MirroredBuffer(safe, store.buffer(), terms)),
            recorder);
      }
      var store = SegmentStore.open(FolderDisk.at(folder), settings);
      var safe = new SafeStore(store);
      return to(
          safe,
          settings,
          Optional.empty(),
          mirrored(settings, () -> new MirroredBuffer(safe, store, unsent(folder))),
          recorder);
    } catch (IOException e) {
      throw new TraceException("trace folder: %s".formatted(e.getMessage()), e);
    }
  }

  /** What a buffer is called that has no outbox yet: the same as when it has one. */
  private static Terms unsent(Path folder) {
    try {
      var cursors = FolderDisk.at(folder.resolve(Cursors.FOLDER));
      var source = Cursors.open(cursors, Map.of(), Cursors.NAME, new SecureRandom()).source();
      return new Terms(source, Optional.empty());
    } catch (IOException e) {
      throw new TraceException("trace folder: %s".formatted(e.getMessage()), e);
    }
  }

  /** What an encrypted buffer holds could be sent by nobody else. */
  private static Optional<Supplier<MirroredBuffer>> mirrored(
      TraceSettings settings, Supplier<MirroredBuffer> buffer) {
    return settings.masterKey().isPresent() ? Optional.empty() : Optional.of(buffer);
  }

  /** Nothing goes in clear beside what was sealed. */
  private static void requireKey(Path folder, TraceSettings settings) throws IOException {
    if (settings.masterKey().isEmpty() && SegmentStore.isEncrypted(FolderDisk.at(folder))) {
      throw new TraceException(
          "trace folder: '%s' is encrypted (expected: another folder, or the key it is sealed with)"
              .formatted(folder));
    }
  }

  /**
   * Records to a store.
   *
   * @param store closed with this
   * @param settings it was opened with
   */
  public static Recording to(TraceStore store, TraceSettings settings, Config config) {
    return to(store, settings, Optional.empty(), Optional.empty(), settings(config));
  }

  private static Recording to(
      TraceStore store,
      TraceSettings settings,
      Optional<UploadingStore> uploading,
      Optional<Supplier<MirroredBuffer>> mirrored,
      RecorderSettings recorder) {
    var classes = settings.classes().stream().map(Retention::name).toList();
    return new Recording(
        new StoreSink(store, SystemClock.INSTANCE::instant),
        Optional.of(store),
        Optional.of(classes),
        uploading,
        mirrored,
        recorder);
  }

  /** Records to the folder that {@code weft.fabric.trace.folder} names, if it does. */
  public static Optional<Recording> configured(Config config) {
    var folder = config.getString("weft.fabric.trace.folder");
    if (folder.isEmpty() && Uploading.from(config).isPresent()) {
      throw new WeftException(
          ErrorCode.FAILED_PRECONDITION,
          "weft.fabric.trace.folder: '' (expected: a folder, as weft.fabric.outbox.to is given)");
    }
    return folder.isEmpty() ? Optional.empty() : Optional.of(toFolder(Path.of(folder), config));
  }

  @Override
  public void deployed(PipelineManifest pipeline, Map<String, StageManifest> stages) {
    var wanted = pipeline.capture().map(Capture::retention);
    if (classes.isPresent() && wanted.filter(name -> !classes.get().contains(name)).isPresent()) {
      throw new WeftException(
          ErrorCode.FAILED_PRECONDITION,
          "trace.class: '%s' of pipeline '%s' (expected: one of %s, weft.persistence.trace.classes)"
              .formatted(wanted.orElseThrow(), pipeline.name(), String.join(", ", classes.get())));
    }
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

  @Override
  public void follow(Follower follower) {
    recorder.follow(follower);
  }

  @Override
  public CompletableFuture<Void> settle() {
    return recorder.settle();
  }

  @Override
  public boolean mark(TraceRecord.Checkpoint checkpoint) {
    return recorder.mark(checkpoint);
  }

  @Override
  public long epoch() {
    return recorder.epoch();
  }

  @Override
  public Optional<TraceSource> read(TraceQuery query) {
    return store.map(kept -> new StoreSource(kept, query));
  }

  @Override
  public Optional<TraceSource> readFrames(TraceQuery query) {
    return store.map(kept -> StoreSource.ofFrames(kept, query));
  }

  @Override
  public Optional<Fingerprint> fingerprint(String id) {
    return recorder.fingerprint(id);
  }

  /** Frames recorded. */
  public long recorded() {
    return recorder.recorded();
  }

  /** What became of the frames that were to be recorded; whole once this is closed. */
  public RecordingCounts counts() {
    return recorder.counts();
  }

  @Override
  public void passedOver(Capture capture) {
    recorder.passedOver(capture);
  }

  /**
   * The edge buffer, for a standby to mirror; empty if this records to none, or to a sealed one.
   *
   * @throws TraceException if it has no name and cannot be given one
   */
  public Optional<MirroredBuffer> mirrored() {
    return mirrored.map(Supplier::get);
  }

  /** How far what is recorded was sent elsewhere; empty if it is not sent. */
  public Optional<OutboxStatus> outbox() {
    return uploading.map(UploadingStore::outbox);
  }

  /** Whether closing has found all sent that was to be. */
  public boolean isSent() {
    return uploading.map(UploadingStore::isDrained).orElse(false);
  }

  @Override
  public void close() {
    recorder.close();
    thread.close();
  }
}
