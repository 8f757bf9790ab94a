package dev.weft.persistence.segment;

import dev.weft.persistence.disk.Disk;
import dev.weft.persistence.disk.DiskException;
import dev.weft.persistence.disk.DiskException.Kind;
import dev.weft.persistence.trace.LossReason;
import dev.weft.persistence.trace.Outcome;
import dev.weft.persistence.trace.StoreStatus;
import dev.weft.persistence.trace.TraceEntry;
import dev.weft.persistence.trace.TraceKey;
import dev.weft.persistence.trace.TraceSettings;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * Writes groups to the logs of all classes, answers them, and keeps to retention. Knows no thread
 * and no steady clock. For one thread at a time.
 */
final class Engine {

  private static final int RESERVE_BYTES = 1 << 16;

  private final Disk disk;
  private final TraceSettings settings;
  private final Map<String, ClassLog> logs;
  private final Optional<KeyFile> keys;
  private final InstantSource clock;
  private final Map<ClassLog, List<Pending>> pending = new LinkedHashMap<>();
  private final EnumMap<LossReason, Long> dropped = new EnumMap<>(LossReason.class);
  private final List<Answer> answers = new ArrayList<>();
  private long nextNumber;
  private long kept;
  private long deleted;
  private long commits;
  private long failedUntilNanos;
  private @Nullable LossReason failing;

  Engine(
      Disk disk,
      TraceSettings settings,
      Map<String, ClassLog> logs,
      Optional<KeyFile> keys,
      InstantSource clock,
      long nextNumber) {
    this.disk = disk;
    this.settings = settings;
    this.logs = logs;
    this.keys = keys;
    this.clock = clock;
    this.nextNumber = nextNumber;
  }

  /** An entry in a group that is not durable yet. */
  private record Pending(
      TraceKey key, CompletableFuture<Outcome> reply, long number, long sequence) {}

  /** What to tell, once no lock is held. */
  record Answer(CompletableFuture<Outcome> reply, Outcome outcome) {

    void tell() {
      reply.complete(outcome);
    }
  }

  /** The answers since the last call. */
  List<Answer> takeAnswers() {
    var taken = List.copyOf(answers);
    answers.clear();
    return taken;
  }

  /** Writes {@code items} in their order and makes them durable. */
  void write(List<Intake.Item> items, long nanos) {
    for (var item : items) {
      switch (item) {
        case Intake.Item.Entry(var entry, var reply) -> accept(entry, reply, nanos);
        case Intake.Item.Gap(var retentionClass, var tally) -> {
          count(tally.reason(), tally.loss().count());
          log(retentionClass).gap(tally.reason()).addAll(tally);
        }
      }
    }
    commit(nanos);
    retain(nanos);
  }

  /** Writes the losses of gaps that nothing has followed yet, and deletes what is too old. */
  void idle(long nanos) {
    if (isFailing(nanos)) {
      return;
    }
    for (var log : logs.values()) {
      if (log.hasGaps() && !isFull(log)) {
        nextNumber = log.addGaps(nextNumber, clock.instant());
        pending.computeIfAbsent(log, _ -> new ArrayList<>());
      }
    }
    commit(nanos);
    retain(nanos);
  }

  private ClassLog log(String retentionClass) {
    var log = logs.get(retentionClass);
    if (log == null) {
      throw new IllegalStateException("retention class: '%s'".formatted(retentionClass));
    }
    return log;
  }

  private void accept(TraceEntry entry, CompletableFuture<Outcome> reply, long nanos) {
    var log = log(entry.key().retentionClass());
    var refusal = refusal(log, entry.key().session(), nanos);
    if (refusal.isPresent()) {
      drop(log, entry.key(), reply, refusal.get());
      return;
    }
    var group = pending.computeIfAbsent(log, _ -> new ArrayList<>());
    if (log.hasGaps()) {
      nextNumber = log.addGaps(nextNumber, clock.instant());
    }
    Optional<SecretKey> key = keys.map(file -> file.demand(entry.key().session()));
    var number = nextNumber++;
    group.add(new Pending(entry.key(), reply, number, log.add(entry, number, key)));
    if (log.isGroupFull()) {
      commit(nanos);
      retain(nanos);
    }
  }

  private Optional<LossReason> refusal(ClassLog log, String session, long nanos) {
    if (isFailing(nanos)) {
      return Optional.ofNullable(failing);
    }
    if (keys.isPresent() && keys.get().isErased(session)) {
      return Optional.of(LossReason.SESSION_ERASED);
    }
    return isFull(log) ? Optional.of(LossReason.CLASS_FULL) : Optional.empty();
  }

  private boolean isFull(ClassLog log) {
    return log.bytes() > log.retention().bytesMax() && !RetentionRule.gives(log, settings.holds());
  }

  private boolean isFailing(long nanos) {
    if (failing != null && nanos - failedUntilNanos >= 0) {
      failing = null;
    }
    return failing != null;
  }

  private void drop(
      ClassLog log, TraceKey key, CompletableFuture<Outcome> reply, LossReason reason) {
    log.gap(reason).add(key.session(), key.time());
    count(reason, 1);
    answers.add(new Answer(reply, new Outcome.Dropped(reason)));
  }

  private void count(LossReason reason, long records) {
    dropped.merge(reason, records, Long::sum);
  }

  private void commit(long nanos) {
    var failure = keysFailure();
    var durable = new ArrayList<Pending>();
    for (var entry : pending.entrySet()) {
      var log = entry.getKey();
      if (!log.hasGroup()) {
        continue;
      }
      if (failure.isPresent()) {
        log.abandon();
        fail(log, entry.getValue(), failure.get(), nanos);
        continue;
      }
      try {
        log.commit();
        commits++;
        kept += entry.getValue().size();
        durable.addAll(entry.getValue());
      } catch (DiskException e) {
        fail(log, entry.getValue(), reason(e), nanos);
      }
    }
    pending.clear();
    durable.sort(Comparator.comparingLong(Pending::number));
    for (var one : durable) {
      answers.add(new Answer(one.reply(), new Outcome.Kept(one.number(), one.sequence())));
    }
  }

  /** Keys must be durable before anything that they seal. */
  private Optional<LossReason> keysFailure() {
    if (keys.isEmpty()) {
      return Optional.empty();
    }
    try {
      keys.get().commit();
      return Optional.empty();
    } catch (DiskException e) {
      return Optional.of(reason(e));
    }
  }

  private static LossReason reason(DiskException e) {
    return e.kind() == Kind.FULL ? LossReason.DISK_FULL : LossReason.DISK_FAILED;
  }

  private void fail(ClassLog log, List<Pending> group, LossReason reason, long nanos) {
    failing = reason;
    failedUntilNanos = nanos + settings.retryDelay().toNanos();
    for (var one : group) {
      drop(log, one.key(), one.reply(), reason);
    }
  }

  /** Deletes what the classes no longer keep. A disk that fails is tried again later. */
  private void retain(long nanos) {
    for (var log : logs.values()) {
      try {
        var due = RetentionRule.due(log, settings.holds(), clock.instant());
        while (due.isPresent()) {
          delete(log, due.get());
          due = RetentionRule.due(log, settings.holds(), clock.instant());
        }
      } catch (DiskException e) {
        failing = reason(e);
        failedUntilNanos = nanos + settings.retryDelay().toNanos();
        return;
      }
    }
  }

  /** The loss first, durably; then the segment. Opening finishes a deletion that was cut short. */
  private void delete(ClassLog log, RetentionRule.Due due) throws DiskException {
    if (log.active().filter(due.segment()::equals).isPresent()) {
      log.seal();
    }
    try {
      writeLoss(log, due);
    } catch (DiskException e) {
      if (e.kind() != Kind.FULL || disk.size(Names.RESERVE) < 0) {
        throw e;
      }
      // On a full disk the room for the loss is that which was set aside.
      disk.delete(Names.RESERVE);
      writeLoss(log, due);
    }
    deleted += due.segment().records();
    log.delete(due.segment());
    reserve(disk);
  }

  private void writeLoss(ClassLog log, RetentionRule.Due due) throws DiskException {
    log.add(RetentionRule.loss(due), nextNumber++, clock.instant());
    log.commit();
    commits++;
  }

  /** Sets room aside, if there is any. */
  static void reserve(Disk disk) {
    try {
      if (disk.size(Names.RESERVE) < 0) {
        var file = disk.create(Names.RESERVE);
        try {
          file.append(ByteBuffer.allocate(RESERVE_BYTES));
          file.force();
        } finally {
          file.close();
        }
      }
    } catch (DiskException e) {
      return;
    }
  }

  /** Writes what is left, closes all files and leaves the mark of a clean end. */
  void close(long nanos) throws DiskException {
    failing = null;
    commitGaps(nanos);
    if (failing == LossReason.DISK_FULL && disk.size(Names.RESERVE) >= 0) {
      // What was dropped for want of room is told in the room that was set aside.
      disk.delete(Names.RESERVE);
      failing = null;
      commitGaps(nanos);
    }
    retain(nanos);
    var lengths = new TreeMap<String, Long>();
    for (var log : logs.values()) {
      log.seal();
      log.newest().ifPresent(newest -> lengths.put(newest.name(), newest.length()));
    }
    keys.ifPresent(KeyFile::close);
    if (logs.values().stream().noneMatch(ClassLog::hasGaps)) {
      mark(new CleanMark(nextNumber, lengths));
    }
  }

  /** Writes the losses of all gaps, those of full classes too: nothing will follow them. */
  private void commitGaps(long nanos) {
    for (var log : logs.values()) {
      if (log.hasGaps()) {
        nextNumber = log.addGaps(nextNumber, clock.instant());
        pending.computeIfAbsent(log, _ -> new ArrayList<>());
      }
    }
    commit(nanos);
  }

  /** Without room even for the mark the next opening takes this end for a hard one. */
  private void mark(CleanMark mark) throws DiskException {
    try {
      mark.write(disk);
    } catch (DiskException e) {
      if (e.kind() != Kind.FULL) {
        throw e;
      }
      disk.delete(Names.RESERVE);
      try {
        mark.write(disk);
      } catch (DiskException again) {
        disk.delete(Names.CLEAN);
      }
    }
  }

  /** What readers may see now. */
  Durable durable() {
    var views = new LinkedHashMap<String, List<SegmentView>>();
    logs.forEach((name, log) -> views.put(name, views(name, log)));
    return new Durable(Math.min(nextNumber - 1, numbersKept()), views);
  }

  /**
   * Up to where numbers are not given again after a hard stop, whatever the disk takes till then.
   */
  private long numbersKept() {
    var last =
        logs.values().stream()
            .flatMap(log -> log.segments().values().stream())
            .mapToLong(Segment::lastNumber)
            .max()
            .orElse(0);
    return last == 0 ? 0 : last + TraceSettings.QUEUE_RECORDS_MAX;
  }

  private static List<SegmentView> views(String name, ClassLog log) {
    var views = new ArrayList<SegmentView>();
    for (var segment : log.segments().values()) {
      var isActive = log.active().filter(segment::equals).isPresent();
      views.add(
          new SegmentView(
              name,
              segment.name(),
              segment.id(),
              segment.length(),
              segment.expectedLength(),
              isActive ? Optional.empty() : Optional.of(segment),
              false));
    }
    return List.copyOf(views);
  }

  /** Counts so far; what waits in the queue is for the caller to add. */
  StoreStatus status(long queued, long queuedBytes) {
    var bytes = new LinkedHashMap<String, Long>();
    logs.forEach((name, log) -> bytes.put(name, log.bytes()));
    return new StoreStatus(kept, dropped, deleted, commits, queued, queuedBytes, bytes);
  }
}
