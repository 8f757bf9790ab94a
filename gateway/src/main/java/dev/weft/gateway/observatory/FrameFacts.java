package dev.weft.gateway.observatory;

import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.Quality;
import dev.weft.fabric.pipeline.Skipped;
import dev.weft.fabric.pipeline.Timings;
import dev.weft.gateway.word.Words;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an answer tells of its frame, without its tensors.
 *
 * @param atMillis when it was answered, since 1970
 * @param reason why it was dropped or failed, as clients see it; empty if it was completed
 * @param where it was dropped, or what a failure says; empty if it was completed
 */
record FrameFacts(
    String pipeline,
    Lane lane,
    String tenant,
    long atMillis,
    FrameOutcome outcome,
    String reason,
    String where,
    Quality quality,
    Timings timings) {

  private static final double NANOS_OF_A_MILLI = 1e6;

  static FrameFacts of(String pipeline, Lane lane, String tenant, long atMillis, Answer answer) {
    var timings = answer.timings();
    return switch (answer) {
      case Answer.Completed done ->
          new FrameFacts(
              pipeline,
              lane,
              tenant,
              atMillis,
              FrameOutcome.COMPLETED,
              "",
              "",
              withoutTensors(done.quality()),
              timings);
      case Answer.Dropped(var why, var place, _, _) ->
          new FrameFacts(
              pipeline,
              lane,
              tenant,
              atMillis,
              FrameOutcome.DROPPED,
              Words.of(why),
              place,
              Quality.full(),
              timings);
      case Answer.Failed(var code, var message, _) ->
          new FrameFacts(
              pipeline,
              lane,
              tenant,
              atMillis,
              FrameOutcome.FAILED,
              Words.of(code),
              message,
              Quality.full(),
              timings);
    };
  }

  /** What is deferred holds on to its frame, which must not live for as long as this. */
  private static Quality withoutTensors(Quality quality) {
    return quality.deferred().isEmpty()
        ? quality
        : new Quality(quality.skipped(), quality.degraded(), quality.unpaired(), Optional.empty());
  }

  /** The frame's id, if it went in: the pipeline's name, a colon and the frame's number. */
  Optional<String> id() {
    var number = timings.frame();
    return number.isPresent() ? Optional.of(id(pipeline, number.getAsLong())) : Optional.empty();
  }

  static String id(String pipeline, long number) {
    return pipeline + ":" + number;
  }

  /** Whether it was let in, so that it has a number. */
  boolean wentIn() {
    return timings.frame().isPresent();
  }

  /** Whether it was completed, with nothing left out, put off or run cheaper because of load. */
  boolean isServedInFull() {
    return outcome == FrameOutcome.COMPLETED
        && quality.degraded().isEmpty()
        && quality.skipped().stream().noneMatch(each -> isLack(each.reason()));
  }

  /** Whether an idle and sound node would have run the step. */
  private static boolean isLack(Skipped.Reason reason) {
    return switch (reason) {
      case STAGE_FAILED, OVERLOADED, DEFERRED -> true;
      case GATE_OFF, CONDITION_FALSE, INPUT_ABSENT -> false;
    };
  }

  /** In a line of a list. */
  Map<String, Object> line() {
    var object = new LinkedHashMap<String, Object>();
    id().ifPresent(id -> object.put("frame", id));
    object.put("pipeline", pipeline);
    object.put("at", Instant.ofEpochMilli(atMillis).toString());
    object.put("lane", lane.word());
    if (!tenant.isEmpty()) {
      object.put("tenant", tenant);
    }
    object.put("outcome", Words.of(outcome));
    if (!reason.isEmpty()) {
      object.put("reason", reason);
    }
    object.put("totalMillis", millis(timings.total()));
    object.put("full", isServedInFull());
    return object;
  }

  /** All of it. */
  Map<String, Object> explained() {
    var object = line();
    if (!where.isEmpty()) {
      object.put("where", where);
    }
    object.put("rule", rule());
    object.put("costMillis", millis(cost()));
    object.put("steps", timings.steps().stream().map(FrameFacts::step).toList());
    object.put("skipped", quality.skipped().stream().map(FrameFacts::skipped).toList());
    object.put(
        "degraded",
        quality.degraded().stream()
            .map(each -> Map.of("step", each.step(), "variant", each.variant()))
            .toList());
    object.put("unpaired", quality.unpaired());
    return object;
  }

  /** Time its runs took, its own part of shared ones. */
  private Duration cost() {
    return timings.steps().stream()
        .map(Timings.StepTiming::cost)
        .reduce(Duration.ZERO, Duration::plus);
  }

  /** Where it is found among recorded frames, of one that {@link #wentIn}. */
  RememberedFrame remembered() {
    return new RememberedFrame(
        pipeline,
        timings.frame().orElseThrow(),
        tenant,
        Instant.ofEpochMilli(atMillis),
        timings.total());
  }

  /** What decided about it, in a sentence. */
  private String rule() {
    return switch (outcome) {
      case COMPLETED ->
          isServedInFull()
              ? "completed as declared"
              : "completed; because of load or a failure it lacks what its steps say";
      case DROPPED -> "dropped at '%s': %s".formatted(where, reason);
      case FAILED -> "failed with %s: %s".formatted(reason, where);
    };
  }

  private static Map<String, Object> skipped(Skipped skipped) {
    var object = new LinkedHashMap<String, Object>();
    object.put("step", skipped.step());
    object.put("reason", Words.of(skipped.reason()));
    skipped
        .flag()
        .ifPresent(
            flag -> {
              object.put("flag", flag.name());
              object.put("value", false);
              object.put("rule", flag.why());
            });
    return object;
  }

  private static Map<String, Object> step(Timings.StepTiming step) {
    var object = new LinkedHashMap<String, Object>();
    object.put("step", step.step());
    object.put("stage", step.stage());
    object.put("variant", step.variant());
    object.put("startedMillis", millis(step.started()));
    object.put("waitedMillis", millis(step.queued()));
    object.put("ranMillis", millis(step.ran()));
    object.put("chosen", Words.of(step.chosen()));
    object.put("costMillis", millis(step.cost()));
    object.put("batch", step.batch().size());
    if (step.batch().size() > 1) {
      object.put("sharedWith", List.copyOf(step.batch().frames()));
    }
    return object;
  }

  private static double millis(Duration time) {
    return Math.round(time.toNanos() / NANOS_OF_A_MILLI * 1e3) / 1e3;
  }
}
