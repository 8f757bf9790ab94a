package dev.weft.cluster.moving;

import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.session.SessionState;
import dev.weft.fabric.session.Whereabouts;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What becomes of the sessions of a site that is drained. */
final class DrainRule {

  /** What becomes of one session. */
  sealed interface Step {

    /** It goes. */
    record Go() implements Step {}

    /** It is between this site and another one, and is brought to where it belongs first. */
    record Mend() implements Step {}

    /** It stays. */
    record Stay(String why) implements Step {}

    /** It does not live here, or not any more. */
    record None() implements Step {}
  }

  private DrainRule() {}

  /** Why the site cannot be drained to another one that somebody names; empty if it can. */
  static Optional<String> refusal(Situation situation, SiteName to) {
    var names =
        situation.others().stream()
            .map(site -> site.site().text())
            .collect(Collectors.joining(", "));
    if (to.equals(situation.site())) {
      return Optional.of("to: '%s': the site itself (expected: one of %s)".formatted(to, names));
    }
    return situation.find(to).isEmpty()
        ? Optional.of("to: '%s': unknown (expected: one of %s)".formatted(to, names))
        : closed(situation, to);
  }

  /** Why no session can go there now; empty if some can. */
  static Optional<String> closed(Situation situation, SiteName to) {
    return situation
        .find(to)
        .map(SiteSight::closed)
        .orElseGet(
            () ->
                Optional.of("site '%s': no node of it is a member (expected: one)".formatted(to)));
  }

  /** What becomes of a session, as the journal of the site has it. */
  static Step step(Situation situation, SiteSight to, SessionState state) {
    return switch (state.whereabouts()) {
      case Whereabouts.Held _ -> new Step.Mend();
      case Whereabouts.Gone _ -> new Step.None();
      case Whereabouts.Here _, Whereabouts.Leaving _
          when state.phase() == SessionState.Phase.OPEN ->
          to.against(situation.labels(state.tenant()))
              .<Step>map(Step.Stay::new)
              .orElseGet(Step.Go::new);
      case Whereabouts.Here _, Whereabouts.Leaving _ -> new Step.None();
    };
  }

  /** Why a session that went may not come home; empty if it may. */
  static Optional<String> keptAway(Situation situation, Away away) {
    var own = situation.find(situation.site());
    return own.isEmpty()
        ? Optional.of("nothing is heard of site '%s'".formatted(situation.site()))
        : own.get().closed().or(() -> own.get().against(situation.labels(away.tenant())));
  }

  /** Pipelines of this node that not all nodes there have: their frames run where they come. */
  static List<String> missing(Situation situation, SiteName to) {
    Set<String> missing = new TreeSet<>();
    situation
        .find(to)
        .ifPresent(
            site ->
                site.ready()
                    .forEach(
                        node ->
                            situation.here().state().pipelines().stream()
                                .filter(each -> !node.state().pipelines().contains(each))
                                .forEach(missing::add)));
    return List.copyOf(missing);
  }
}
