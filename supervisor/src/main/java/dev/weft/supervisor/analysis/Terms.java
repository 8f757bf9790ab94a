package dev.weft.supervisor.analysis;

import dev.weft.supervisor.comparison.ComparisonSettings;
import dev.weft.supervisor.gate.Effort;
import dev.weft.supervisor.gate.ErrorBudget;
import dev.weft.supervisor.gate.Limits;

/**
 * What a rollout is judged by.
 *
 * @param effort of each step
 * @param comparison how outputs are compared
 */
public record Terms(
    Limits limits, ErrorBudget budget, Effort effort, ComparisonSettings comparison) {}
