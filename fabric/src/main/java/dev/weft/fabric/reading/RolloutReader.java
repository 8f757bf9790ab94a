package dev.weft.fabric.reading;

import dev.weft.fabric.manifest.Quantity;
import dev.weft.fabric.manifest.RolloutManifest;
import dev.weft.fabric.manifest.RolloutManifest.Drift;
import dev.weft.fabric.manifest.RolloutManifest.ErrorBound;
import dev.weft.fabric.manifest.RolloutManifest.Evidence;
import dev.weft.fabric.manifest.RolloutManifest.Limits;
import dev.weft.fabric.manifest.RolloutManifest.Limits.Output;
import dev.weft.fabric.manifest.RolloutManifest.Limits.TailLatency;
import dev.weft.fabric.manifest.RolloutManifest.Step;
import dev.weft.fabric.problem.Findings;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** Makes a {@link RolloutManifest} of a document; how its parts fit is left to the wiring. */
final class RolloutReader {

  /** Stands for a share that could not be read, which has been reported. */
  private static final double UNREAD = 0.5;

  private final YamlObject root;
  private final YamlDocuments.Document document;
  private final Findings findings;

  RolloutReader(YamlObject root, YamlDocuments.Document document) {
    this.root = root;
    this.document = document;
    this.findings = document.findings();
  }

  RolloutManifest read() {
    return new RolloutManifest(
        findings.file(),
        root.text("name"),
        root.text("summary"),
        root.text("owner"),
        root.text("stage"),
        root.text("candidate"),
        steps(),
        root.duration("dwell").orElseThrow(),
        root.duration("giveUpAfter").orElseThrow(),
        root.text("whenInconclusive").equals(RolloutFields.ROLL_BACK),
        evidence(part("evidence", RolloutFields.EVIDENCE)),
        limits(part("limits", RolloutFields.LIMITS)),
        errors(part("errors", RolloutFields.ERRORS)),
        drift(part("drift", RolloutFields.DRIFT)),
        root.map("labels", String.class),
        text());
  }

  /** The object at {@code field}; one of defaults if it is not there. */
  private YamlObject part(String field, ObjectType type) {
    return root.object(field).orElseGet(() -> YamlObject.empty(type, root.path(field)));
  }

  private List<Step> steps() {
    var compared = root.number("compared").orElseThrow();
    return root.list("steps", Object.class).stream().map(step -> step(step, compared)).toList();
  }

  private static Step step(Object value, double compared) {
    return switch (value) {
      case Double answers -> new Step(answers, compared);
      case YamlObject object ->
          new Step(object.number("answers").orElse(0), object.number("compared").orElse(compared));
      default -> throw new IllegalStateException("step of " + value.getClass());
    };
  }

  private static Evidence evidence(YamlObject object) {
    return new Evidence(
        object.whole("samplesMin"),
        object.whole("sessionsMin"),
        object.whole("samplesMax"),
        object.text("whenTooFew").equals(RolloutFields.REPLAY));
  }

  private Limits limits(YamlObject object) {
    var outputs = object.objects("outputs");
    var isGiven = Stream.of("tailLatency", "cpu", "failedRuns").anyMatch(object::has);
    if (!isGiven && outputs.isEmpty() && !findings.isBroken(object.path())) {
      findings.error(
          object.path(), "none", "at least one of tailLatency, cpu, failedRuns and outputs");
    }
    return new Limits(
        object.object("tailLatency").flatMap(RolloutReader::tailLatency),
        object.object("cpu").map(cpu -> cpu.number("ratio")).orElse(OptionalDouble.empty()),
        share(object.number("failedRuns")),
        outputs.stream().map(RolloutReader::output).toList());
  }

  /** Nothing if it is wrong in itself, which has been reported then. */
  private static Optional<TailLatency> tailLatency(YamlObject object) {
    var ratio = object.number("ratio");
    return ratio.isPresent()
        ? Optional.of(new TailLatency(object.number("quantile").orElseThrow(), ratio.getAsDouble()))
        : Optional.empty();
  }

  private static Output output(YamlObject object) {
    return new Output(
        object.text("tensor"),
        object.text("metric"),
        object.number("above"),
        share(object.number("share")).orElse(UNREAD));
  }

  private static ErrorBound errors(YamlObject object) {
    return new ErrorBound(
        share(object.number("falsePromotion")).orElseThrow(),
        share(object.number("falseRollback")).orElseThrow());
  }

  private static Drift drift(YamlObject object) {
    return new Drift(
        object.duration("watch").orElseThrow(),
        object.number("compared").orElseThrow(),
        object.whole("window"),
        new Drift.Normal(
            share(object.number("flips")).orElseThrow(),
            object.number("ks").orElseThrow(),
            object.number("psi").orElseThrow()),
        share(object.number("falseAlarm")).orElseThrow());
  }

  private static OptionalDouble share(OptionalDouble percent) {
    return percent.isPresent()
        ? OptionalDouble.of(Quantity.share(percent.getAsDouble()))
        : OptionalDouble.empty();
  }

  /** The document; nothing if it is too long to be kept, which is reported. */
  private String text() {
    var length = RolloutManifest.textBytes(document.text());
    if (length <= RolloutManifest.TEXT_BYTES_MAX) {
      return document.text();
    }
    var expected =
        "at most %d, as the document is kept as evidence".formatted(RolloutManifest.TEXT_BYTES_MAX);
    findings.error("", "%d bytes".formatted(length), expected);
    return "";
  }
}
