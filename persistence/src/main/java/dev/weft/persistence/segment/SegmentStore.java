package dev.weft.persistence.segment;

import dev.weft.persistence.disk.Disk;
import dev.weft.persistence.disk.DiskException;
import dev.weft.persistence.disk.DiskLock;
import dev.weft.persistence.disk.FolderDisk;
import dev.weft.persistence.disk.MemoryDisk;
import dev.weft.persistence.trace.LossReason;
import dev.weft.persistence.trace.Outcome;
import dev.weft.persistence.trace.Retention;
import dev.weft.persistence.trace.StoreStatus;
import dev.weft.persistence.trace.TraceCursor;
import dev.weft.persistence.trace.TraceEntry;
import dev.weft.persistence.trace.TraceItem.TraceRecord;
import dev.weft.persistence.trace.TraceQuery;
import dev.weft.persistence.trace.TraceSettings;
import dev.weft.persistence.trace.TraceStore;
import dev.weft.persistence.trace.Verification;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The trace store over segments: files that grow at their end and are deleted whole. Callers leave
 * entries in a bounded queue; whoever steps, mostly a thread of the store's own, writes them group
 * by group.
 */
public final class SegmentStore implements TraceStore {

  private static final long IDLE_NANOS = Duration.ofMillis(100).toNanos();
  private static final Duration FOREVER = Duration.ofDays(365_000);

  private final TraceSettings settings;
  private final Disk disk;
  private final DiskLock lock;
  private final Engine engine;
  private final Optional<KeyFile> keys;
  private final Intake intake;
  private final Pacer pacer;
  private boolean grouping;
  private long groupSinceNanos;
  private long lastStepNanos;
  private boolean closed;
  private volatile Durable durable;
  private volatile Runnable onCommit = () -> {};
  private volatile @Nullable RuntimeException broken;

  private SegmentStore(
      Disk disk,
      DiskLock lock,
      TraceSettings settings,
      InstantSource clock,
      SecureRandom random,
      Pacer pacer)
      throws IOException {
    this.disk = disk;
    this.lock = lock;
    this.settings = settings;
    this.pacer = pacer;
    var master = settings.masterKey();
    keys =
        master.isPresent()
            ? Optional.of(KeyFile.open(disk, master.get(), random))
            : Optional.empty();
    intake = new Intake(settings.queueBytesMax(), settings.queueRecordsMax());
    var logs = logs(disk, settings, random);
    var next = Recovery.into(disk, logs, clock.instant());
    keys.ifPresent(
        file -> file.retain(name -> logs.values().stream().anyMatch(log -> log.holds(name))));
    Engine.reserve(disk);
    engine = new Engine(disk, settings, logs, keys, clock, next);
    durable = engine.durable();
  }

  private static Map<String, ClassLog> logs(Disk disk, TraceSettings settings, SecureRandom random)
      throws DiskException {
    var sealing = new Sealing(random);
    var writer = new FrameWriter(sealing);
    var logs = new LinkedHashMap<String, ClassLog>();
    for (var retention : settings.classes()) {
      logs.put(retention.name(), new ClassLog(disk, retention, writer, sealing));
    }
    for (var name : Recovery.segments(disk).keySet()) {
      logs.computeIfAbsent(
          name,
          _ -> new ClassLog(disk, Retention.of(name, Long.MAX_VALUE, FOREVER), writer, sealing));
    }
    return logs;
  }

  /**
   * Opens the store on {@code disk}, which nobody else may hold, and begins to write on a thread of
   * its own.
   *
   * @throws dev.weft.persistence.trace.TraceFormatException if a newer version wrote it
   * @throws DiskException of kind {@code LOCKED} if another store holds the disk
   */
  public static SegmentStore open(Disk disk, TraceSettings settings) throws IOException {
    return open(disk, settings, InstantSource.system(), new SecureRandom(), new WriterThread());
  }

  /**
   * Whether what a disk holds was sealed with a master key, without which nothing may be added to
   * it.
   */
  public static boolean isEncrypted(Disk disk) throws DiskException {
    return disk.size(KeyFile.NAME) >= 0;
  }

  /** Opens the store with time, randomness and steps from outside, as a simulation has them. */
  public static SegmentStore open(
      Disk disk, TraceSettings settings, InstantSource clock, SecureRandom random, Pacer pacer)
      throws IOException {
    var lock = disk.lock(Names.LOCK);
    try {
      requireNoMirror(disk);
      var store = new SegmentStore(disk, lock, settings, clock, random, pacer);
      pacer.start(store::step);
      return store;
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static void requireNoMirror(Disk disk) throws IOException {
    if (isMirror(disk)) {
      throw new MirrorException(
          "%s: of a standby, which has another node's buffer here (expected: of a buffer)"
              .formatted(disk.place(MirrorMarks.NAME)));
    }
  }

  /** Whether {@code disk} holds a {@link SegmentMirror}, to which nothing may be added. */
  public static boolean isMirror(Disk disk) throws DiskException {
    return disk.size(MirrorMarks.NAME) >= 0;
  }

  /** Whether {@code disk} holds what a store leaves. */
  public static boolean isAt(Disk disk) throws DiskException {
    return disk.list().stream()
        .anyMatch(
            name ->
                name.equals(Names.CLEAN)
                    || name.equals(Names.RESERVE)
                    || Names.segment(name).isPresent());
  }

  /** The process that has the store in {@code folder} open; empty if none seems to. */
  public static Optional<Long> holder(FolderDisk folder) throws DiskException {
    return folder.holder(Names.LOCK);
  }

  /**
   * Keeps every store out of {@code disk} until it is closed, as for who reads it and must not be
   * overtaken.
   *
   * @throws DiskException of kind {@code LOCKED} if a store holds the disk
   */
  public static DiskLock lock(Disk disk) throws DiskException {
    return disk.lock(Names.LOCK);
  }

  /** A store in memory, gone with the process. */
  public static SegmentStore inMemory(TraceSettings settings) {
    try {
      return open(new MemoryDisk(), settings);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public CompletionStage<Outcome> append(TraceEntry entry) {
    check(entry);
    var reply = new CompletableFuture<Outcome>();
    switch (intake.offer(entry, reply)) {
      case TAKEN -> {}
      case TAKEN_WAKE -> pacer.wake();
      case FULL -> reply.complete(new Outcome.Dropped(LossReason.QUEUE_FULL));
    }
    return reply;
  }

  private void check(TraceEntry entry) {
    var cause = broken;
    if (cause != null) {
      throw new IllegalStateException("trace store: broken (expected: no failure before)", cause);
    }
    var name = entry.key().retentionClass();
    if (settings.classes().stream().noneMatch(one -> one.name().equals(name))) {
      throw new IllegalArgumentException(
          "retention class: '%s' (expected: one of %s)"
              .formatted(name, settings.classes().stream().map(Retention::name).toList()));
    }
    if (entry.bytes() > settings.entryBytesMax() || entry.attachments().size() > Frame.BLOBS_MAX) {
      throw new IllegalArgumentException(
          "entry: %d bytes, %d attachments (expected: <= %d, <= %d)"
              .formatted(
                  entry.bytes(),
                  entry.attachments().size(),
                  settings.entryBytesMax(),
                  Frame.BLOBS_MAX));
    }
  }

  /**
   * Writes what is due at {@code nanos}, on any steady clock; answers after how many nanoseconds it
   * wants to be called again. Replies are completed by the caller of this.
   */
  private long step(long nanos) {
    long wait;
    List<Engine.Answer> answers;
    try {
      synchronized (this) {
        wait = closed ? IDLE_NANOS : due(nanos);
        answers = engine.takeAnswers();
      }
    } catch (RuntimeException e) {
      broken = e;
      intake.close();
      fail(e);
      return IDLE_NANOS;
    }
    answers.forEach(Engine.Answer::tell);
    if (!answers.isEmpty()) {
      onCommit.run();
    }
    return wait;
  }

  private long due(long nanos) {
    lastStepNanos = nanos;
    if (intake.isEmpty()) {
      grouping = false;
      engine.idle(nanos);
      durable = engine.durable();
      return IDLE_NANOS;
    }
    if (!grouping) {
      grouping = true;
      groupSinceNanos = nanos;
    }
    var left = groupSinceNanos + settings.window().toNanos() - nanos;
    if (left > 0 && !intake.isPressing()) {
      return left;
    }
    write(nanos);
    return intake.isEmpty() ? IDLE_NANOS : 0;
  }

  private void write(long nanos) {
    grouping = false;
    var items = intake.take();
    try {
      engine.write(items, nanos);
    } finally {
      intake.release(items);
    }
    durable = engine.durable();
  }

  /** A bug or a broken machine: nobody shall wait for an answer that will not come. */
  private void fail(RuntimeException cause) {
    for (var item : intake.take()) {
      if (item instanceof Intake.Item.Entry(_, var reply)) {
        reply.completeExceptionally(cause);
      }
    }
  }

  /**
   * What a mirror on another disk asks, to become and stay the same as this.
   *
   * @throws IllegalStateException if the store encrypts: whoever mirrors it could not read it
   */
  public SegmentFeed feed() {
    if (keys.isPresent()) {
      throw new IllegalStateException("feed: of an encrypted store (expected: one in the clear)");
    }
    return new SegmentFeed(disk, () -> durable);
  }

  /** Has {@code listener}, which must be short, called after groups became durable. */
  public void onCommit(Runnable listener) {
    onCommit = listener;
  }

  @Override
  public TraceCursor read(TraceQuery query) {
    return new SegmentCursor(disk, durable.views(), query, keys);
  }

  @Override
  public Optional<byte[]> attachment(TraceRecord record, int index) throws IOException {
    return new BlobReader(disk, keys).read(record, index);
  }

  @Override
  public synchronized void erase(String session) throws IOException {
    var file =
        keys.orElseThrow(
            () -> new IllegalStateException("masterKey: none (expected: one, to erase by it)"));
    if (!intake.isEmpty()) {
      write(lastStepNanos);
    }
    file.erase(session);
  }

  @Override
  public Verification verify() throws IOException {
    return new Verifier(disk, durable.views(), keys).verify();
  }

  @Override
  public synchronized StoreStatus status() {
    return engine.status(intake.queued(), intake.queuedBytes());
  }

  @Override
  public void close() throws IOException {
    synchronized (this) {
      if (closed) {
        return;
      }
    }
    intake.close();
    pacer.stop();
    List<Engine.Answer> answers;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      try {
        if (broken == null) {
          write(lastStepNanos);
          engine.close(lastStepNanos);
        }
      } finally {
        answers = engine.takeAnswers();
        lock.close();
      }
    }
    answers.forEach(Engine.Answer::tell);
  }
}
