package dev.weft.sim.node;

import dev.weft.persistence.disk.DiskException;
import dev.weft.persistence.trace.Loss;
import dev.weft.persistence.trace.LossReason;
import dev.weft.persistence.trace.TraceItem;
import dev.weft.persistence.trace.TraceQuery;
import dev.weft.persistence.trace.TraceStore;
import dev.weft.sim.invariant.AcknowledgedKept.Deleted;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** All that a reader finds in an edge buffer, as far as invariants ask for it. */
final class StoreContent {

  private static final Set<LossReason> DELETIONS =
      EnumSet.of(LossReason.RETENTION_AGE, LossReason.RETENTION_BYTES);

  private final TreeMap<Long, String> records = new TreeMap<>();
  private final TreeMap<Long, String> losses = new TreeMap<>();
  private final Map<String, List<Long>> sequences = new TreeMap<>();
  private final Map<String, Integer> times = new TreeMap<>();
  private final List<Deleted> deleted = new ArrayList<>();
  private final List<Deleted> damaged = new ArrayList<>();
  private final List<Deleted> broken = new ArrayList<>();
  private final Set<String> damagedFiles = new TreeSet<>();
  private final Set<String> blobs = new TreeSet<>();
  private long lastRead;
  private long counted;
  private long carried;
  private long damages;

  private StoreContent() {}

  static StoreContent of(TraceStore store) throws IOException {
    var content = new StoreContent();
    try (var cursor = store.read(TraceQuery.all())) {
      for (var item = cursor.next(); item.isPresent(); item = cursor.next()) {
        content.add(store, item.get());
      }
    }
    content.endDamage(Long.MAX_VALUE);
    return content;
  }

  private void add(TraceStore store, TraceItem item) throws IOException {
    switch (item) {
      case TraceItem.TraceRecord record -> add(store, record);
      case TraceItem.Gap(_, var number, _, var loss) -> {
        endDamage(number);
        losses.put(number, text(loss));
        counted += loss.count() + loss.carried();
        carried += loss.carried();
        if (DELETIONS.contains(loss.reason())) {
          deleted.add(new Deleted(loss.firstNumber(), loss.lastNumber()));
        }
      }
      case TraceItem.Damage damage -> {
        damages++;
        damagedFiles.add(damage.segment());
      }
      case TraceItem.Erased _, TraceItem.Locked _ -> {}
    }
  }

  private void add(TraceStore store, TraceItem.TraceRecord record) throws IOException {
    endDamage(record.number());
    var key = record.key();
    record.blobs().forEach(id -> blobs.add("%s-%s.blob".formatted(key.retentionClass(), id.hex())));
    try {
      var attachments = new ArrayList<byte[]>();
      for (var i = 0; i < record.blobs().size(); i++) {
        store.attachment(record, i).ifPresent(attachments::add);
      }
      records.put(record.number(), text(record.payload(), attachments));
    } catch (DiskException e) {
      throw e;
    } catch (IOException e) {
      // What the reader is told of an attachment that is not what was written.
      broken.add(new Deleted(record.number(), record.number()));
    }
    sequences
        .computeIfAbsent(key.retentionClass() + "/" + key.session(), _ -> new ArrayList<>())
        .add(record.sequence());
    times.merge("record " + record.number(), 1, Integer::sum);
  }

  /** Whatever stood at a damaged place had numbers between those before and those after. */
  private void endDamage(long next) {
    while (damages > damaged.size()) {
      damaged.add(new Deleted(lastRead + 1, next - 1));
    }
    lastRead = next;
  }

  /** Tells records apart. */
  static String text(byte[] payload, List<byte[]> attachments) {
    var hash = Arrays.hashCode(payload);
    for (var attachment : attachments) {
      hash = 31 * hash + Arrays.hashCode(attachment);
    }
    return "%d+%d-%08x".formatted(payload.length, attachments.size(), hash);
  }

  static String text(Loss loss) {
    return loss.toString();
  }

  /** Records by number. */
  Map<Long, String> records() {
    return records;
  }

  /** Records and losses by number. */
  Map<Long, String> items() {
    var items = new TreeMap<>(records);
    items.putAll(losses);
    return items;
  }

  /** The places of each class's and session's records in their stream, as they were read. */
  Map<String, List<Long>> sequences() {
    return sequences;
  }

  /** How often each record was read. */
  Map<String, Integer> times() {
    return times;
  }

  /** What losses say was deleted; what losses said that were deleted themselves was before it. */
  List<Deleted> deleted() {
    var first = deleted.stream().mapToLong(Deleted::first).min().orElse(1);
    var all = new ArrayList<>(deleted);
    if (carried > 0 && first > 1) {
      all.add(new Deleted(1, first - 1));
    }
    return all;
  }

  /** Where a reader was told of damage, to records or to what is attached to them. */
  List<Deleted> damaged() {
    var all = new ArrayList<>(damaged);
    all.addAll(broken);
    return all;
  }

  /** The files of attachments that records refer to. */
  Set<String> blobs() {
    return blobs;
  }

  /** The segments of which a reader was told that they are damaged. */
  Set<String> damagedFiles() {
    return damagedFiles;
  }

  /** Records that are not here, by all losses together. */
  long counted() {
    return counted;
  }
}
