package dev.weft.app.running;

import dev.weft.app.console.Amount;
import dev.weft.app.console.Console;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.Deferred;
import dev.weft.fabric.pipeline.Quality;
import dev.weft.fabric.pipeline.Skipped;
import dev.weft.fabric.pipeline.Timings;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One frame's answer, for a person or a program. */
public final class AnswerPrint {

  private AnswerPrint() {}

  /** Prints outputs, skipped steps and times; what did not complete goes to stderr. */
  public static void text(Answer answer, Console console) {
    switch (answer) {
      case Answer.Completed done -> {
        done.outputs()
            .forEach(
                (name, tensor) -> {
                  var lines = TensorText.lines(tensor);
                  console.line(name + " " + lines.getFirst());
                  lines.stream().skip(1).forEach(console::line);
                });
        var lacks = lacks(done.quality());
        if (!lacks.isEmpty()) {
          console.line("");
          lacks.forEach(console::line);
        }
        times(done.timings(), console);
      }
      case Answer.Dropped(var reason, var where, var retryAfter, _) ->
          console.note(
              "weft: dropped at '%s': %s%s"
                  .formatted(
                      where,
                      reason,
                      retryAfter
                          .map(wait -> "; try again in %s ms".formatted(Amount.millis(wait)))
                          .orElse("")));
      case Answer.Failed(var code, var message, _) ->
          console.note("weft: failed, %s: %s".formatted(code, message));
    }
  }

  /** What the answer lacks: a line per reason, with the steps or inputs it holds for. */
  private static List<String> lacks(Quality quality) {
    var lines = new ArrayList<>(skipped(quality.skipped()));
    quality
        .stale()
        .ifPresent(
            age -> lines.add("stale: given before, %s ms ago".formatted(Amount.millis(age))));
    for (var degraded : quality.degraded()) {
      lines.add(
          "degraded, as the node is loaded: %s ran variant %s"
              .formatted(degraded.step(), degraded.variant()));
    }
    if (!quality.unpaired().isEmpty()) {
      lines.add("unpaired, as they came too late: " + String.join(", ", quality.unpaired()));
    }
    quality
        .deferred()
        .ifPresent(
            deferred ->
                lines.add("deferred to a second answer: " + String.join(", ", deferred.steps())));
    return lines;
  }

  private static List<String> skipped(List<Skipped> skipped) {
    var steps = new EnumMap<Skipped.Reason, List<String>>(Skipped.Reason.class);
    skipped.forEach(
        each -> steps.computeIfAbsent(each.reason(), _ -> new ArrayList<>()).add(each.step()));
    var lines = new ArrayList<String>();
    steps.forEach(
        (reason, names) ->
            lines.add("skipped, as %s: %s".formatted(why(reason), String.join(", ", names))));
    skipped.stream()
        .flatMap(each -> each.flag().stream())
        .distinct()
        .forEach(flag -> lines.add("flag %s: %s".formatted(flag.name(), flag.why())));
    return lines;
  }

  private static String why(Skipped.Reason reason) {
    return switch (reason) {
      case GATE_OFF -> "the gate is off";
      case CONDITION_FALSE -> "the condition does not hold";
      case INPUT_ABSENT -> "an input is absent";
      case STAGE_FAILED -> "the stage failed and is optional";
      case OVERLOADED -> "the node is loaded";
      case DEFERRED -> "the node is loaded and they run later";
    };
  }

  private static void times(Timings timings, Console console) {
    var rows = new ArrayList<List<String>>();
    for (var step : timings.steps()) {
      rows.add(
          List.of(
              step.step(),
              step.stage() + "@" + step.variant(),
              Amount.millis(step.queued()),
              Amount.millis(step.ran()),
              Integer.toString(step.batch().size())));
    }
    console.line("");
    console.table(List.of("step", "stage", "queued ms", "ran ms", "batch"), rows);
    console.line("total %s ms".formatted(Amount.millis(timings.total())));
  }

  /** It as a JSON object. */
  public static Map<String, Object> object(Answer answer) {
    var object = new LinkedHashMap<String, Object>();
    object.put("type", "answer");
    switch (answer) {
      case Answer.Completed done -> {
        object.put("outcome", "completed");
        var outputs = new LinkedHashMap<String, Object>();
        done.outputs().forEach((name, tensor) -> outputs.put(name, TensorObject.shown(tensor)));
        object.put("outputs", outputs);
        object.put("skipped", done.skipped().stream().map(AnswerPrint::object).toList());
        object.put(
            "degraded",
            done.quality().degraded().stream()
                .map(each -> Map.of("step", each.step(), "variant", each.variant()))
                .toList());
        object.put("deferred", done.quality().deferred().map(Deferred::steps).orElse(List.of()));
        object.put("unpaired", done.quality().unpaired());
        done.quality().stale().ifPresent(age -> object.put("staleMillis", age.toNanos() / 1e6));
      }
      case Answer.Dropped(var reason, var where, var retryAfter, _) -> {
        object.put("outcome", "dropped");
        object.put("reason", word(reason));
        object.put("where", where);
        retryAfter.ifPresent(wait -> object.put("retryAfterMillis", wait.toNanos() / 1e6));
      }
      case Answer.Failed(var code, var message, _) -> {
        object.put("outcome", "failed");
        object.put("code", code.name());
        object.put("message", message);
      }
    }
    object.put("totalMillis", answer.timings().total().toNanos() / 1e6);
    object.put("steps", answer.timings().steps().stream().map(AnswerPrint::object).toList());
    return object;
  }

  private static Map<String, Object> object(Skipped skipped) {
    var object = new LinkedHashMap<String, Object>();
    object.put("step", skipped.step());
    object.put("reason", word(skipped.reason()));
    skipped
        .flag()
        .ifPresent(
            flag -> {
              object.put("flag", flag.name());
              object.put("rule", flag.why());
            });
    return object;
  }

  private static Map<String, Object> object(Timings.StepTiming step) {
    var object = new LinkedHashMap<String, Object>();
    object.put("step", step.step());
    object.put("stage", step.stage());
    object.put("variant", step.variant());
    object.put("queuedMillis", step.queued().toNanos() / 1e6);
    object.put("ranMillis", step.ran().toNanos() / 1e6);
    object.put("batch", Map.of("frames", step.batch().frames(), "row", step.batch().row()));
    return object;
  }

  private static String word(Enum<?> reason) {
    return reason.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
