package dev.weft.sim.node;

import dev.weft.persistence.trace.Outcome;
import dev.weft.persistence.trace.TraceEntry;
import dev.weft.persistence.trace.TraceStore;
import dev.weft.sim.invariant.AcknowledgedKept;
import dev.weft.sim.invariant.DamageTold;
import dev.weft.sim.invariant.Findings;
import dev.weft.sim.invariant.GapFreePrefix;
import dev.weft.sim.invariant.NoDoubleEffect;
import dev.weft.sim.invariant.OneLossPerGap;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What an edge buffer acknowledged over all lives of its node, held against what it has. */
public final class BufferBook {

  private final String where;
  private final Findings findings;
  private final Map<Long, String> kept = new TreeMap<>();
  private final Set<String> turned = new TreeSet<>();
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
        var before = kept.put(number, StoreContent.text(entry.payload(), entry.attachments()));
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

  /** Takes note that a bit of a file was turned, so that a part of it may not be read any more. */
  public void turned(String file) {
    turned.add(file);
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
    var found = store.verify().findings();
    if (turned.isEmpty()) {
      var deletedInLife = recordsBefore + keptInLife - now.records().size();
      findings.addAll(
          OneLossPerGap.check(
              where,
              droppedInLife + deletedInLife,
              now.counted() - countedBefore,
              now.deleted(),
              List.copyOf(now.records().keySet())));
    }
    var told = new TreeSet<String>();
    found.forEach(finding -> told.add(finding.file()));
    var reachable = segments();
    turned.stream().filter(now.blobs()::contains).forEach(reachable::add);
    findings.addAll(DamageTold.check(where + ", verified", reachable, told));
  }

  private StoreContent check(TraceStore store) throws IOException {
    var content = StoreContent.of(store);
    var excused = new ArrayList<>(content.deleted());
    excused.addAll(content.damaged());
    findings.addAll(AcknowledgedKept.check(where, kept, content.records(), excused));
    var begins = new TreeMap<String, Long>();
    if (!content.deleted().isEmpty()) {
      content.sequences().keySet().forEach(session -> begins.put(session, Long.MAX_VALUE));
    }
    if (turned.isEmpty()) {
      findings.addAll(GapFreePrefix.check(where, content.sequences(), begins));
    }
    findings.addAll(DamageTold.check(where + ", read", segments(), content.damagedFiles()));
    findings.addAll(NoDoubleEffect.check(where, content.times()));
    return content;
  }

  /** An attachment that is damaged is told to who asks for it. */
  private TreeSet<String> segments() {
    return turned.stream()
        .filter(file -> file.endsWith(".segment"))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
