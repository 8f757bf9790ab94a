package dev.weft.supervisor.analysis;

import dev.weft.supervisor.drift.DriftCheck;
import dev.weft.supervisor.gate.ErrorBudget;
import dev.weft.supervisor.gate.Exposure;
import dev.weft.supervisor.gate.Limits;
import dev.weft.supervisor.gate.StepAnalysis;
import dev.weft.supervisor.rollout.Analysis;
import dev.weft.supervisor.rollout.Course;
import dev.weft.supervisor.rollout.RolloutPlan;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Begins an analysis of each attempt, by the terms its rollout was declared with. */
public final class TrialAnalyses implements Analysis.Beginning {

  private final Function<RolloutPlan, Terms> terms;
  private final Function<String, List<String>> outputs;
  private final long epoch;

  /**
   * @param outputs of a stage, in the order of its signature
   * @param epoch in which frames are numbered
   */
  public TrialAnalyses(
      Function<RolloutPlan, Terms> terms, Function<String, List<String>> outputs, long epoch) {
    this.terms = terms;
    this.outputs = outputs;
    this.epoch = epoch;
  }

  @Override
  public Analysis begin(Course course, boolean isWatch, Instant now, Runnable alarm) {
    var judgedBy = terms.apply(course.plan());
    var names = outputs.apply(course.plan().stage());
    if (isWatch) {
      return new OwnEvents(
          course.trial(),
          course.stable(),
          0,
          new WatchAnalysis(
              new DriftCheck(judgedBy.drift()),
              answers(judgedBy),
              new ComparisonBook(names, judgedBy.comparison(), epoch),
              alarm));
    }
    var step =
        new StepAnalysis(
            judgedBy.limits(),
            judgedBy.budget(),
            judgedBy.effort(),
            exposure(course.now()),
            Math.max(1, course.attempt()));
    var effort = judgedBy.effort();
    var scarcity =
        judgedBy.replays() && step.exposure() == Exposure.SHADOW
            ? Optional.of(
                new Scarcity(effort.samplesMin(), effort.sessionsMin(), course.now().dwell()))
            : Optional.<Scarcity>empty();
    var book = new ComparisonBook(names, judgedBy.comparison(), epoch);
    return new OwnEvents(
        course.trial(),
        course.plan().candidate(),
        course.now().answers(),
        new TrialAnalysis(step, book, scarcity, now, alarm));
  }

  /** How a promoted variant must answer everybody, as often wrongly judged as drift is. */
  private static Optional<StepAnalysis> answers(Terms terms) {
    var limits = terms.limits().ofRuns();
    var falseAlarm = terms.drift().falseAlarm();
    return limits.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new StepAnalysis(
                new Limits(limits),
                new ErrorBudget(falseAlarm, falseAlarm, 1),
                terms.effort(),
                Exposure.WHOLE,
                1));
  }

  private static Exposure exposure(RolloutPlan.Step step) {
    if (step.answers() == 0) {
      return Exposure.SHADOW;
    }
    return step.answers() == RolloutPlan.WHOLE ? Exposure.WHOLE : Exposure.CANARY;
  }
}
