package dev.weft.sim.node;

import dev.weft.persistence.trace.Outcome;
import dev.weft.persistence.trace.TraceEntry;
import dev.weft.persistence.trace.TraceStore;
import dev.weft.sim.invariant.AcknowledgedKept;
import dev.weft.sim.invariant.Findings;
import dev.weft.sim.invariant.GapFreePrefix;
import dev.weft.sim.invariant.NoDoubleEffect;
import dev.weft.sim.invariant.OneLossPerGap;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What an edge buffer acknowledged over all lives of its node, held against what it has. */
public final class BufferBook {

  private final String where;
  private final Findings findings;
  private final Map<Long, String> kept = new TreeMap<>();
  private long droppedInLife;
  private long keptInLife;
  private long countedBefore;
  private long recordsBefore;

  public BufferBook(String where, Findings findings) {
    this.where = where;
    this.findings = findings;
  }

  /** Takes note of how an append was answered. */
  void answered(TraceEntry entry, Outcome outcome) {
    switch (outcome) {
      case Outcome.Kept(var number, _) -> {
        keptInLife++;
        var before = kept.put(number, StoreContent.text(entry.payload()));
        if (before != null) {
          findings.add(NoDoubleEffect.NAME, "%s: record %d twice".formatted(where, number));
        }
      }
      case Outcome.Dropped _ -> droppedInLife++;
    }
  }

  /** The records that were acknowledged, by number. */
  public Map<Long, String> kept() {
    return new TreeMap<>(kept);
  }

  /** Begins a life, with the store as it was found. */
  public void begin(TraceStore store) throws IOException {
    droppedInLife = 0;
    keptInLife = 0;
    var now = check(store);
    countedBefore = now.counted();
    recordsBefore = now.records().size();
  }

  /** Ends a life in which every loss had its time to be written. */
  public void end(TraceStore store) throws IOException {
    var now = check(store);
    var deletedInLife = recordsBefore + keptInLife - now.records().size();
    findings.addAll(
        OneLossPerGap.check(
            where,
            droppedInLife + deletedInLife,
            now.counted() - countedBefore,
            now.deleted(),
            List.copyOf(now.records().keySet())));
    for (var finding : store.verify().findings()) {
      findings.add(AcknowledgedKept.NAME, "%s: verify: %s".formatted(where, finding));
    }
  }

  private StoreContent check(TraceStore store) throws IOException {
    var content = StoreContent.of(store);
    findings.addAll(AcknowledgedKept.check(where, kept, content.records(), content.deleted()));
    var begins = new TreeMap<String, Long>();
    if (!content.deleted().isEmpty()) {
      content.sequences().keySet().forEach(session -> begins.put(session, Long.MAX_VALUE));
    }
    findings.addAll(GapFreePrefix.check(where, content.sequences(), begins));
    findings.addAll(NoDoubleEffect.check(where, content.times()));
    return content;
  }
}
