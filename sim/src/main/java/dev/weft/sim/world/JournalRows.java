package dev.weft.sim.world;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a machine's journal holds: events and snapshots as bytes, by entity and number. */
public final class JournalRows {

  /** Something serialized, as a database would have it. */
  record Row(int serializer, String manifest, byte[] bytes) {}

  /** Is told what becomes durable. */
  public interface Watch {

    /**
     * @param number of the event, 1 for an entity's first
     * @param highest that was there before
     * @param process that wrote it: a machine and its life
     * @param manifest and bytes of the event, as its codec made them
     */
    void committed(
        String entity, long number, long highest, String process, String manifest, byte[] bytes);
  }

  private record Held(String owner, long until) {}

  private Watch watch = (_, _, _, _, _, _) -> {};
  private long processes;
  private final Map<String, TreeMap<Long, Row>> events = new TreeMap<>();
  private final Map<String, TreeMap<Long, Row>> snapshots = new TreeMap<>();
  private final Map<String, Long> highest = new TreeMap<>();
  private final Map<String, Held> leases = new TreeMap<>();

  /** Whether there is an event of that number, which no second one may have. */
  boolean has(String entity, long number) {
    return events.getOrDefault(entity, new TreeMap<>()).containsKey(number);
  }

  /** Has {@code by} told of what becomes durable from now on. */
  public void watchBy(Watch by) {
    watch = by;
  }

  /** Number of a process that begins to use the journal, above those of all before it. */
  public long nextProcess() {
    return ++processes;
  }

  /** Gives a right to {@code owner}, unless another one has it; says whether the owner has it. */
  boolean lease(String name, String owner, long now, long until) {
    var held = leases.get(name);
    var isFree = held == null || held.owner().equals(owner) || held.until() < now;
    if (isFree) {
      leases.put(name, new Held(owner, until));
    }
    return isFree;
  }

  /** Takes a right back, if {@code owner} has it. */
  void release(String name, String owner) {
    var held = leases.get(name);
    if (held != null && held.owner().equals(owner)) {
      leases.remove(name);
    }
  }

  void put(String entity, long number, Row row, String process) {
    watch.committed(entity, number, highest(entity), process, row.manifest(), row.bytes());
    events.computeIfAbsent(entity, _ -> new TreeMap<>()).put(number, row);
    highest.merge(entity, number, Math::max);
  }

  List<Map.Entry<Long, Row>> events(String entity, long from, long to, long max) {
    var found = new ArrayList<Map.Entry<Long, Row>>();
    for (var row : events.getOrDefault(entity, new TreeMap<>()).entrySet()) {
      if (row.getKey() >= from && row.getKey() <= to && found.size() < max) {
        found.add(Map.entry(row.getKey(), row.getValue()));
      }
    }
    return found;
  }

  void deleteEvents(String entity, long to) {
    events.getOrDefault(entity, new TreeMap<>()).headMap(to, true).clear();
  }

  long highest(String entity) {
    return highest.getOrDefault(entity, 0L);
  }

  void putSnapshot(String entity, long number, Row row) {
    snapshots.computeIfAbsent(entity, _ -> new TreeMap<>()).put(number, row);
  }

  Optional<Map.Entry<Long, Row>> snapshot(String entity, long to) {
    return Optional.ofNullable(snapshots.getOrDefault(entity, new TreeMap<>()).floorEntry(to));
  }

  void deleteSnapshots(String entity, long from, long to) {
    var known = snapshots.get(entity);
    if (known != null && from <= to) {
      known.subMap(from, true, to, true).clear();
    }
  }

  /** The numbers of the events there are, by entity. */
  public Map<String, List<Long>> numbers() {
    var numbers = new TreeMap<String, List<Long>>();
    events.forEach((entity, rows) -> numbers.put(entity, List.copyOf(rows.keySet())));
    return numbers;
  }

  /** The number up to which the newest snapshot of {@code entity} reaches; 0 without one. */
  public long snapshotTo(String entity) {
    return snapshot(entity, Long.MAX_VALUE).map(Map.Entry::getKey).orElse(0L);
  }
}
