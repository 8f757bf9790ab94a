package dev.weft.sim.node;

import dev.weft.persistence.trace.LossReason;
import dev.weft.persistence.trace.Outcome;
import dev.weft.persistence.trace.TraceEntry;
import dev.weft.persistence.trace.TraceItem;
import dev.weft.persistence.trace.TraceQuery;
import dev.weft.persistence.trace.TraceStore;
import dev.weft.sim.invariant.AcknowledgedKept;
import dev.weft.sim.invariant.AcknowledgedKept.Deleted;
import dev.weft.sim.invariant.Findings;
import dev.weft.sim.invariant.GapFreePrefix;
import dev.weft.sim.invariant.NoDoubleEffect;
import dev.weft.sim.invariant.OneLossPerGap;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What an edge buffer acknowledged over all lives of its node, held against what it has. */
public final class BufferBook {

  private static final Set<LossReason> DELETIONS =
      EnumSet.of(LossReason.RETENTION_AGE, LossReason.RETENTION_BYTES);

  private final String where;
  private final Findings findings;
  private final Map<Long, String> kept = new TreeMap<>();
  private long droppedInLife;
  private long countedBefore;

  /** What a store has. */
  private static final class Content {
    final Map<Long, String> records = new TreeMap<>();
    final Map<String, List<Long>> sequences = new TreeMap<>();
    final Map<String, Integer> times = new TreeMap<>();
    final List<Deleted> deleted = new ArrayList<>();
    long counted;
  }

  public BufferBook(String where, Findings findings) {
    this.where = where;
    this.findings = findings;
  }

  /** Takes note of how an append was answered. */
  void answered(TraceEntry entry, Outcome outcome) {
    switch (outcome) {
      case Outcome.Kept(var number, _) -> {
        var before = kept.put(number, digest(entry.payload()));
        if (before != null) {
          findings.add(NoDoubleEffect.NAME, "%s: record %d twice".formatted(where, number));
        }
      }
      case Outcome.Dropped _ -> droppedInLife++;
    }
  }

  private static String digest(byte[] payload) {
    return payload.length + "-" + Integer.toHexString(Arrays.hashCode(payload));
  }

  /** The records that were acknowledged, by number. */
  public Map<Long, String> kept() {
    return new TreeMap<>(kept);
  }

  /** Begins a life, with the store as it was found. */
  public void begin(TraceStore store) throws IOException {
    droppedInLife = 0;
    countedBefore = check(store).counted;
  }

  /** Ends a life in which every loss had its time to be written. */
  public void end(TraceStore store) throws IOException {
    var now = check(store);
    findings.addAll(
        OneLossPerGap.check(
            where,
            droppedInLife,
            now.counted - countedBefore,
            now.deleted,
            List.copyOf(now.records.keySet())));
    for (var finding : store.verify().findings()) {
      findings.add(AcknowledgedKept.NAME, "%s: verify: %s".formatted(where, finding));
    }
  }

  private Content check(TraceStore store) throws IOException {
    var content = read(store);
    findings.addAll(AcknowledgedKept.check(where, kept, content.records, content.deleted));
    var begins = new TreeMap<String, Long>();
    if (!content.deleted.isEmpty()) {
      content.sequences.keySet().forEach(session -> begins.put(session, Long.MAX_VALUE));
    }
    findings.addAll(GapFreePrefix.check(where, content.sequences, begins));
    findings.addAll(NoDoubleEffect.check(where, content.times));
    return content;
  }

  private static Content read(TraceStore store) throws IOException {
    var content = new Content();
    try (var cursor = store.read(TraceQuery.all())) {
      for (var item = cursor.next(); item.isPresent(); item = cursor.next()) {
        switch (item.get()) {
          case TraceItem.TraceRecord record -> {
            content.records.put(record.number(), digest(record.payload()));
            content
                .sequences
                .computeIfAbsent(
                    record.key().retentionClass() + "/" + record.key().session(),
                    _ -> new ArrayList<>())
                .add(record.sequence());
            content.times.merge("record " + record.number(), 1, Integer::sum);
          }
          case TraceItem.Gap(_, _, _, var loss) -> {
            if (DELETIONS.contains(loss.reason())) {
              content.deleted.add(new Deleted(loss.firstNumber(), loss.lastNumber()));
            } else if (loss.reason() != LossReason.STOPPED_HARD) {
              content.counted += loss.count();
            }
          }
          case TraceItem.Erased _, TraceItem.Locked _, TraceItem.Damage _ -> {}
        }
      }
    }
    return content;
  }
}
