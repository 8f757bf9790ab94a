package dev.weft.cluster.fleet;

import dev.weft.cluster.artifact.DeclaredVariant;
import dev.weft.cluster.artifact.VariantText;
import dev.weft.cluster.fleet.FleetRollout.Phase;
import dev.weft.cluster.site.NodeId;
import dev.weft.cluster.site.SiteName;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * All that a region keeps of the fleet's rollouts: the latest of each stage. Immutable; what is
 * asked of it is answered with a {@link FleetDecision}, and events always apply.
 */
record FleetState(Map<String, FleetRollout> rollouts) {

  static final int STAGES_MAX = 1_000;

  FleetState {
    rollouts = Collections.unmodifiableMap(new TreeMap<>(rollouts));
  }

  static FleetState none() {
    return new FleetState(Map.of());
  }

  /** The state after {@code event}. */
  FleetState on(FleetEvent event) {
    var before = rollouts.get(event.stage());
    var next = new TreeMap<>(rollouts);
    if (before != null) {
      next.put(event.stage(), before.on(event));
    } else if (event instanceof FleetEvent.Started started) {
      next.put(event.stage(), FleetRollout.begun(started));
    }
    return new FleetState(next);
  }

  /** The fewest events that lead to it. */
  List<FleetEvent> events() {
    return rollouts.values().stream().flatMap(rollout -> rollout.events().stream()).toList();
  }

  Optional<FleetRollout> find(String stage) {
    return Optional.ofNullable(rollouts.get(stage));
  }

  /**
   * Somebody wants a rollout started. Starting the one that is under way once more changes nothing.
   *
   * @param region whose record this is
   * @param variants of the stage, where the region knows them
   */
  FleetDecision start(
      FleetDraft draft,
      SiteName region,
      Optional<List<DeclaredVariant>> variants,
      FleetView view,
      Instant now) {
    var latest = find(draft.stage());
    if (latest.filter(rollout -> rollout.phase() == Phase.UNDER_WAY).isPresent()) {
      return again(latest.get(), draft);
    }
    if (rollouts.size() >= STAGES_MAX && latest.isEmpty()) {
      return new FleetDecision.Refuse(
          "stages: %d (expected: at most %d)".formatted(rollouts.size() + 1, STAGES_MAX));
    }
    return unknown(draft, variants, view)
        .or(() -> variants.flatMap(known -> declared(known, draft)).flatMap(VariantText::obstacle))
        .<FleetDecision>map(FleetDecision.Refuse::new)
        .orElseGet(
            () ->
                new FleetDecision.Accept(
                    List.of(
                        new FleetEvent.Started(
                            draft.stage(),
                            latest.map(FleetRollout::highest).orElse(0L) + 1,
                            region,
                            draft.variant(),
                            draft.manifest(),
                            draft.waves(),
                            latest.map(FleetRollout::allTakenBack).orElse(List.of()),
                            variants.flatMap(known -> declared(known, draft)),
                            now))));
  }

  private static FleetDecision again(FleetRollout underWay, FleetDraft draft) {
    var like =
        new FleetDraft(underWay.stage(), underWay.variant(), underWay.manifest(), underWay.waves());
    return like.equals(draft)
        ? new FleetDecision.Accept(List.of())
        : new FleetDecision.Refuse(
            ("stage '%s': rollout %d to '%s' is under way (expected: none; 'weft cluster rollout"
                    + " rollback %s' takes it back)")
                .formatted(
                    underWay.stage(), underWay.epoch(), underWay.variant(), underWay.stage()));
  }

  private static Optional<DeclaredVariant> declared(
      List<DeclaredVariant> variants, FleetDraft draft) {
    return variants.stream().filter(known -> known.name().equals(draft.variant())).findFirst();
  }

  private static Optional<String> unknown(
      FleetDraft draft, Optional<List<DeclaredVariant>> variants, FleetView view) {
    var sites = new TreeSet<SiteName>();
    draft.waves().forEach(wave -> sites.addAll(wave.sites()));
    sites.removeAll(view.sites());
    if (!sites.isEmpty()) {
      return Optional.of(
          "site '%s': unknown (expected: one of %s)"
              .formatted(sites.getFirst(), names(view.sites())));
    }
    var inUse = new TreeSet<String>();
    view.nodes().forEach(node -> inUse.addAll(node.stages()));
    if (!inUse.contains(draft.stage())) {
      return Optional.of(
          "stage '%s': no node that is reached runs it (expected: one of %s)"
              .formatted(draft.stage(), String.join(", ", inUse)));
    }
    return variants
        .filter(known -> declared(known, draft).isEmpty())
        .map(known -> known.stream().map(DeclaredVariant::name).collect(Collectors.joining(", ")))
        .map(
            known ->
                "variant '%s': unknown to stage '%s' (expected: one of %s)"
                    .formatted(draft.variant(), draft.stage(), known));
  }

  private static String names(java.util.Set<SiteName> sites) {
    return new TreeSet<>(sites).stream().map(SiteName::text).collect(Collectors.joining(", "));
  }

  /** Somebody wants all nodes to take the latest back, promoted or not. */
  FleetDecision rollBack(String stage, String why, Instant now) {
    return find(stage)
        .<FleetDecision>map(
            rollout ->
                rollout.phase() == Phase.TAKEN_BACK
                    ? new FleetDecision.Accept(List.of())
                    : new FleetDecision.Accept(
                        List.of(new FleetEvent.Ended(stage, Phase.TAKEN_BACK, why, now))))
        .orElseGet(
            () ->
                new FleetDecision.Refuse(
                    "stage '%s': no rollout of the fleet (expected: one of %s)"
                        .formatted(stage, String.join(", ", rollouts.keySet()))));
  }

  /** A node said where it stands. */
  FleetDecision report(String stage, NodeId node, NodeReport report, Instant now) {
    return new FleetDecision.Accept(
        find(stage)
            .filter(rollout -> FleetRule.isNews(rollout, node, report))
            .<List<FleetEvent>>map(_ -> List.of(new FleetEvent.Reported(stage, node, report, now)))
            .orElse(List.of()));
  }

  /** Whatever follows by itself from what nodes said. */
  FleetDecision advance(FleetView view, Instant now) {
    return new FleetDecision.Accept(
        rollouts.values().stream()
            .flatMap(rollout -> FleetRule.next(rollout, view, now).stream())
            .toList());
  }
}
