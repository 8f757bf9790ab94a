package dev.weft.sim.node;

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
  private long counted;
  private long carried;
  private long damages;

  private StoreContent() {}

  static StoreContent of(TraceStore store) throws IOException {
    var content = new StoreContent();
    try (var cursor = store.read(TraceQuery.all())) {
      for (var item = cursor.next(); item.isPresent(); item = cursor.next()) {
        content.add(item.get());
      }
    }
    content.endDamage(Long.MAX_VALUE);
    return content;
  }

  private void add(TraceItem item) {
    switch (item) {
      case TraceItem.TraceRecord record -> add(record);
      case TraceItem.Gap(_, var number, _, var loss) -> {
        endDamage(number);
        losses.put(number, text(loss));
        counted += loss.count() + loss.carried();
        carried += loss.carried();
        if (DELETIONS.contains(loss.reason())) {
          deleted.add(new Deleted(loss.firstNumber(), loss.lastNumber()));
        }
      }
      case TraceItem.Damage _ -> damages++;
      case TraceItem.Erased _ -> {}
    }
  }

  private void add(TraceItem.TraceRecord record) {
    endDamage(record.number());
    var key = record.key();
    records.put(record.number(), text(record.payload()));
    sequences
        .computeIfAbsent(key.retentionClass() + "/" + key.session(), _ -> new ArrayList<>())
        .add(record.sequence());
    times.merge("record " + record.number(), 1, Integer::sum);
  }

  /** Whatever stood at a damaged place had numbers between those before and those after. */
  private void endDamage(long next) {
    if (damages > damaged.size()) {
      var before = Math.max(last(records), last(losses));
      while (damages > damaged.size()) {
        damaged.add(new Deleted(before + 1, next - 1));
      }
    }
  }

  private static long last(TreeMap<Long, String> numbers) {
    return numbers.isEmpty() ? 0 : numbers.lastKey();
  }

  /** Tells payloads apart. */
  static String text(byte[] payload) {
    return payload.length + "-" + Integer.toHexString(Arrays.hashCode(payload));
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

  /** Where a reader was told of damage. */
  List<Deleted> damaged() {
    return damaged;
  }

  /** Records that are not here, by all losses together. */
  long counted() {
    return counted;
  }
}
