package dev.weft.bench;

import dev.weft.bench.chart.Chart;
import dev.weft.bench.chart.Chart.Axis;
import dev.weft.bench.chart.Series;
import dev.weft.bench.rollout.Rollouts;
import java.util.List;
import java.util.function.Consumer;

/** Simulated rollouts of good, bad and borderline variants: what the gates let through. */
final class RolloutsBench implements Bench {

  private static final String NAME = "rollouts";
  private static final String MIXED = "mixed";
  private static final String BORDERLINE = "borderline";
  private static final int COUNT = 1_000;
  private static final Chart MISTAKES =
      new Chart(
          "rollout-mistakes",
          "Rollouts that ended wrongly",
          Chart.Kind.BARS,
          Axis.linear("variant, and what became of it"),
          Axis.linear("of its kind, %"));
  private static final int COUNT_QUICK = 100;
  private static final long SEED = 20_261;
  private static final double PROMOTED_MAX = 0.005;
  private static final double ROLLED_BACK_MAX = 0.01;
  private static final double EXPOSURE_MAX = 0.015;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean takesArguments() {
    return true;
  }

  @Override
  public String summary() {
    return "1,000 simulated rollouts: bad ones promoted, good ones rolled back, traffic exposed.";
  }

  @Override
  public void run(BenchOptions options, Consumer<Figure> figures) {
    var count = options.quick() ? COUNT_QUICK : COUNT;
    for (var each : options.arguments().isEmpty() ? List.of(MIXED) : options.arguments()) {
      switch (each) {
        case MIXED -> {
          report("weft", Rollouts.sequential(count, SEED), true, figures);
          report("fixed-threshold", Rollouts.fixedThreshold(count, SEED), false, figures);
        }
        case BORDERLINE -> reportBorderline(count, figures);
        default ->
            throw new BenchException(
                "case: '%s' (expected: one of [%s, %s])".formatted(each, MIXED, BORDERLINE));
      }
    }
  }

  private static void reportBorderline(int count, Consumer<Figure> figures) {
    var rollouts = Rollouts.sequentialBorderline(count, SEED);
    var within = rollouts.justWithin();
    var beyond = rollouts.justBeyond();
    figures.accept(
        figure(
            "borderline",
            "within-rolled-back",
            (double) within.rolledBack() / within.count(),
            "of %s; upper 95 %% bound %s"
                .formatted(said(within), Numbers.plain(within.rolledBackUpper()))));
    figures.accept(
        figure(
            "borderline",
            "beyond-promoted",
            (double) beyond.promoted() / beyond.count(),
            "of %s; upper 95 %% bound %s"
                .formatted(said(beyond), Numbers.plain(beyond.promotedUpper()))));
  }

  private static void report(
      String side, Rollouts rollouts, boolean hasGoals, Consumer<Figure> figures) {
    var bad = rollouts.bad();
    var good = rollouts.good();
    var borderline = rollouts.borderline();
    accept(
        figure(side, "bad-promoted", bad.promotedUpper(), "upper 95 % bound, of " + said(bad)),
        PROMOTED_MAX,
        hasGoals,
        figures);
    accept(
        figure(
            side,
            "good-rolled-back",
            (double) good.rolledBack() / good.count(),
            "of %s; upper 95 %% bound %s, promoted in %s virtual hours, median"
                .formatted(
                    said(good),
                    Numbers.plain(good.rolledBackUpper()),
                    Numbers.plain(rollouts.goodHours()))),
        ROLLED_BACK_MAX,
        hasGoals,
        figures);
    accept(
        figure(
            side,
            "bad-exposure",
            rollouts.badExposure(0.5),
            "median of %s; 90th percentile %s; median of those that got past the shadow %s"
                .formatted(
                    said(bad),
                    Numbers.plain(rollouts.badExposure(0.9)),
                    Numbers.plain(rollouts.badCanaryExposure(0.5)))),
        EXPOSURE_MAX,
        hasGoals,
        figures);
    var open =
        figure(
            side,
            "borderline-promoted",
            (double) borderline.promoted() / borderline.count(),
            "of %s; up to a twentieth within a limit %s; beyond one %s"
                .formatted(
                    said(borderline), said(rollouts.justWithin()), said(rollouts.justBeyond())));
    figures.accept(open.drawn(drawn(side, rollouts)));
  }

  private static Series drawn(String side, Rollouts rollouts) {
    return Series.of(MISTAKES, side, "virtual time, seeds from %d".formatted(SEED))
        .add("bad, promoted", percent(rollouts.bad().promoted(), rollouts.bad()))
        .add("good, rolled back", percent(rollouts.good().rolledBack(), rollouts.good()))
        .add(
            "just within, rolled back",
            percent(rollouts.justWithin().rolledBack(), rollouts.justWithin()))
        .add(
            "just beyond, promoted",
            percent(rollouts.justBeyond().promoted(), rollouts.justBeyond()))
        .build();
  }

  private static double percent(int count, Rollouts.Ends all) {
    return all.count() == 0 ? 0 : 100.0 * count / all.count();
  }

  private static void accept(
      Figure figure, double most, boolean hasGoal, Consumer<Figure> figures) {
    figures.accept(hasGoal ? figure.withGoal(Goal.atMost(most)) : figure);
  }

  private static Figure figure(String side, String what, double value, String conditions) {
    return Figure.of(
        NAME,
        side + "/" + what,
        value,
        "ratio",
        "%s; virtual time, seeds from %d".formatted(conditions, SEED));
  }

  private static String said(Rollouts.Ends ends) {
    return "%d: %d promoted, %d rolled back, %d paused"
        .formatted(ends.count(), ends.promoted(), ends.rolledBack(), ends.paused());
  }
}
