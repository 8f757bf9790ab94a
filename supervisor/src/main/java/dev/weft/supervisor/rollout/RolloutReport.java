package dev.weft.supervisor.rollout;

import java.util.Optional;

/**
 * How the rollouts of a stage stand.
 *
 * @param latest what the analysis said last; empty while nothing is gathered
 * @param trouble what keeps the controller from its work; empty if nothing does
 */
public record RolloutReport(RolloutState state, Optional<Judgement> latest, String trouble) {}
