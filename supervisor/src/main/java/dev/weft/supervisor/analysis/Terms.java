package dev.weft.supervisor.analysis;

import dev.weft.supervisor.comparison.ComparisonSettings;
import dev.weft.supervisor.drift.DriftLimits;
import dev.weft.supervisor.gate.Effort;
import dev.weft.supervisor.gate.ErrorBudget;
import dev.weft.supervisor.gate.Limits;

/**
 * What a rollout is judged by.
 *
 * @param effort of each step
 * @param replays whether recorded frames fill in where callers bring too few in the shadow
 * @param comparison how outputs are compared
 * @param drift what is normal after a promotion
 */
public record Terms(
    Limits limits,
    ErrorBudget budget,
    Effort effort,
    boolean replays,
    ComparisonSettings comparison,
    DriftLimits drift) {}
