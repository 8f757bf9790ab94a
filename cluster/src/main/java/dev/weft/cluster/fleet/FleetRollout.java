package dev.weft.cluster.fleet;

import dev.weft.cluster.artifact.DeclaredVariant;
import dev.weft.cluster.site.NodeId;
import dev.weft.cluster.site.SiteName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The latest rollout of a stage in the fleet.
 *
 * @param epoch counts them from 1; no node does what one of a lower epoch says once it took it
 * @param region whose journal counts the epochs
 * @param manifest the text that declares its steps and limits
 * @param begun how many waves have begun
 * @param why it is not under way any more; empty while it is
 * @param reports the latest of each node
 * @param takenBack epochs before it of which nothing may stay
 * @param declared the variant, for nodes whose manifests do not have it
 */
record FleetRollout(
    String stage,
    long epoch,
    SiteName region,
    String variant,
    String manifest,
    List<Wave> waves,
    int begun,
    Phase phase,
    String why,
    Map<NodeId, NodeReport> reports,
    List<Long> takenBack,
    Optional<DeclaredVariant> declared,
    Instant startedAt,
    Instant since) {

  /** Most epochs that are remembered as taken back. */
  static final int TAKEN_BACK_MAX = 50;

  /** How far it is. */
  enum Phase {
    UNDER_WAY,
    /** A node took its candidate back, so that no further wave begins. */
    STOPPED,
    /** Every node that was reached runs the candidate; others follow when they are reached. */
    DONE,
    /** Somebody had all nodes take it back. */
    TAKEN_BACK
  }

  FleetRollout {
    waves = List.copyOf(waves);
    reports = Collections.unmodifiableMap(new TreeMap<>(reports));
    takenBack = List.copyOf(takenBack);
  }

  static FleetRollout begun(FleetEvent.Started started) {
    return new FleetRollout(
        started.stage(),
        started.epoch(),
        started.region(),
        started.variant(),
        started.manifest(),
        started.waves(),
        1,
        Phase.UNDER_WAY,
        "",
        Map.of(),
        started.takenBack(),
        started.declared(),
        started.at(),
        started.at());
  }

  FleetRollout on(FleetEvent event) {
    return switch (event) {
      case FleetEvent.Started started -> begun(started);
      case FleetEvent.WaveBegan began -> with(began.begun(), phase, why, reports, began.at());
      case FleetEvent.Reported reported -> {
        var next = new TreeMap<>(reports);
        next.put(reported.node(), reported.report());
        yield with(begun, phase, why, next, since);
      }
      case FleetEvent.Ended ended -> with(begun, ended.phase(), ended.why(), reports, ended.at());
    };
  }

  private FleetRollout with(
      int nextBegun, Phase next, String because, Map<NodeId, NodeReport> told, Instant at) {
    return new FleetRollout(
        stage, epoch, region, variant, manifest, waves, nextBegun, next, because, told, takenBack,
        declared, startedAt, at);
  }

  /** The fewest events that lead to it. */
  List<FleetEvent> events() {
    var events = new ArrayList<FleetEvent>();
    events.add(
        new FleetEvent.Started(
            stage, epoch, region, variant, manifest, waves, takenBack, declared, startedAt));
    events.add(new FleetEvent.WaveBegan(stage, begun, since));
    reports.forEach(
        (node, report) -> events.add(new FleetEvent.Reported(stage, node, report, since)));
    if (phase != Phase.UNDER_WAY) {
      events.add(new FleetEvent.Ended(stage, phase, why, since));
    }
    return events;
  }

  /** What a node said of this epoch; empty if it was none or another. */
  Optional<NodeReport> report(NodeId node) {
    return Optional.ofNullable(reports.get(node)).filter(this::isOwn);
  }

  /** Whether a node follows this rollout. */
  boolean isOwn(NodeReport report) {
    return report.epoch() == epoch && report.region().equals(region.text());
  }

  /** Epochs of which nothing may stay, with this one where that was ordered. */
  List<Long> allTakenBack() {
    if (phase != Phase.TAKEN_BACK) {
      return takenBack;
    }
    var all = new ArrayList<>(takenBack);
    all.add(epoch);
    return all.subList(Math.max(0, all.size() - TAKEN_BACK_MAX), all.size());
  }

  /** The wave of a site, from 0; empty if it is in none. */
  Optional<Integer> wave(SiteName site, boolean isEdge) {
    for (var wave = 0; wave < waves.size(); wave++) {
      if (waves.get(wave).sites().contains(site)) {
        return Optional.of(wave);
      }
    }
    return isEdge && waves.getLast().isRest() ? Optional.of(waves.size() - 1) : Optional.empty();
  }

  /** The highest epoch of the stage that is known, of another region's perhaps. */
  long highest() {
    return Math.max(
        epoch, reports.values().stream().mapToLong(NodeReport::epoch).max().orElse(epoch));
  }
}
