package dev.weft.fabric.explanation;

import dev.weft.fabric.manifest.Quantity;
import dev.weft.fabric.manifest.RolloutManifest;
import dev.weft.fabric.manifest.RolloutManifest.Limits.Output;
import dev.weft.fabric.manifest.RolloutManifest.Step;
import dev.weft.fabric.manifest.StageManifest;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Says in prose what one rollout would do. */
final class RolloutExplanation {

  private final RolloutManifest rollout;
  private final Optional<StageManifest> stage;

  RolloutExplanation(RolloutManifest rollout, Map<String, StageManifest> stages) {
    this.rollout = rollout;
    this.stage = Optional.ofNullable(stages.get(rollout.stage()));
  }

  String text() {
    var prose = new Prose().heading("Rollout " + rollout.name());
    prose.paragraph(rollout.summary());
    prose.table(facts());
    prose.heading("  Steps").table(rollout.steps().stream().map(this::step).toList());
    prose.heading("  Limits (of %s against what runs now)".formatted(rollout.candidate()));
    prose.table(limits());
    prose.heading("  Then").table(outcomes());
    Explanation.labels(prose, rollout.labels());
    return prose.text();
  }

  private List<Prose.Row> facts() {
    var evidence = rollout.evidence();
    return List.of(
        new Prose.Row("owner", rollout.owner()),
        new Prose.Row("manifest", rollout.origin().toString()),
        new Prose.Row("digest", Explanation.digest(rollout)),
        new Prose.Row("changes", changes()),
        new Prose.Row(
            "pace",
            "at least %s at each step, at most %s without a verdict"
                .formatted(Quantity.text(rollout.dwell()), Quantity.text(rollout.giveUpAfter()))),
        new Prose.Row(
            "evidence",
            "a limit counts as kept from %d runs or compared frames of %s on; one that is open after"
                    .formatted(evidence.samplesMin(), sessions(evidence.sessionsMin()))
                + " %d stays open".formatted(evidence.samplesMax())),
        new Prose.Row("too few", tooFew()),
        new Prose.Row(
            "wrong",
            "of candidates beyond a limit at most %s are promoted, of those within all limits at most"
                    .formatted(Quantity.shareText(rollout.error().falsePromotion()))
                + " %s rolled back"
                    .formatted(Quantity.shareText(rollout.error().falseRollback()))));
  }

  private String tooFew() {
    return rollout.evidence().replaysWhenTooFew()
        ? "where callers bring too few in the shadow, both variants run recorded frames there"
        : "where callers bring too few, it waits for more";
  }

  private static String sessions(long least) {
    return least == 1 ? "1 session" : least + " sessions";
  }

  private String changes() {
    var from =
        stage
            .map(StageManifest::defaultVariant)
            .filter(variant -> !variant.name().equals(rollout.candidate()))
            .map(variant -> ", where %s runs unless a step says".formatted(variant.name()))
            .orElse("");
    return "stage %s to variant %s%s".formatted(rollout.stage(), rollout.candidate(), from);
  }

  private Prose.Row step(Step step) {
    var compared = Quantity.percentText(step.comparedPercent());
    if (step.isShadow()) {
      return new Prose.Row(
          "shadow",
          "%s answers nobody; on %s of the frames it runs beside what answers"
              .formatted(rollout.candidate(), compared));
    }
    var answers = Quantity.percentText(step.answersPercent());
    var whom = step.answersPercent() == 100 ? "everybody" : answers + " of the sessions";
    return new Prose.Row(
        answers,
        "%s answers %s; on %s of the frames the other variant runs as well"
            .formatted(rollout.candidate(), whom, compared));
  }

  private List<Prose.Row> limits() {
    var rows = new ArrayList<Prose.Row>();
    var limits = rollout.limits();
    limits
        .tailLatency()
        .ifPresent(
            tail ->
                rows.add(
                    new Prose.Row(
                        "latency",
                        "%s of what callers wait at most %s times the other's, where both answer"
                            .formatted(percentile(tail.quantile()), plain(tail.ratio())))));
    limits
        .cpuRatio()
        .ifPresent(
            ratio ->
                rows.add(
                    new Prose.Row(
                        "cpu",
                        "mean processor time per run at most %s times the other's"
                            .formatted(plain(ratio)))));
    limits
        .failedRuns()
        .ifPresent(
            share ->
                rows.add(
                    new Prose.Row(
                        "failed runs", "at most %s".formatted(Quantity.shareText(share)))));
    limits.outputs().forEach(output -> rows.add(output(output)));
    rows.add(
        new Prose.Row(
            "faults",
            "a crash, a value that is no number, another shape or datatype: it fails at once"));
    return rows;
  }

  private static Prose.Row output(Output output) {
    var share = Quantity.shareText(output.share());
    return new Prose.Row(
        output.tensor(),
        output.above().isPresent()
            ? "at most %s of the frames with %s above %s"
                .formatted(share, output.metric(), plain(output.above().getAsDouble()))
            : "%s at most %s in the mean".formatted(output.metric(), share));
  }

  private List<Prose.Row> outcomes() {
    var inconclusive =
        rollout.rollsBackWhenInconclusive()
            ? "it is rolled back"
            : "it stays at the step until somebody says more";
    return List.of(
        new Prose.Row(
            "all kept",
            "the next step; after the last, %s is promoted".formatted(rollout.candidate())),
        new Prose.Row("one broken", "rolled back at once"),
        new Prose.Row("no verdict", inconclusive),
        new Prose.Row("promoted", watch()),
        new Prose.Row("drift", drift()));
  }

  private String watch() {
    var drift = rollout.drift();
    return drift.isWatched()
        ? "for %s the replaced variant runs as well on %s of the frames; if outputs drift, it comes back"
            .formatted(Quantity.text(drift.watch()), Quantity.percentText(drift.comparedPercent()))
        : "the watch is off: nobody holds %s against what it replaced"
            .formatted(rollout.candidate());
  }

  private String drift() {
    var drift = rollout.drift();
    if (!drift.isWatched()) {
      return "is not looked for";
    }
    var beyond =
        "is what no chance explains beyond %s flips, a KS distance of %s or a PSI of %s"
            .formatted(
                Quantity.shareText(drift.normal().flips()),
                plain(drift.normal().ks()),
                plain(drift.normal().psi()));
    return "%s in a window of %d frames; at most %s of normal windows sound an alarm"
        .formatted(beyond, drift.window(), Quantity.shareText(drift.falseAlarm()));
  }

  /** For example {@code p95} or {@code p99.9}. */
  private static String percentile(double quantile) {
    return "p"
        + BigDecimal.valueOf(quantile).movePointRight(2).stripTrailingZeros().toPlainString();
  }

  private static String plain(double number) {
    return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
  }
}
