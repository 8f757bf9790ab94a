package dev.weft.app.control;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a running process is asked: on the wire a JSON object whose field {@code do} says which,
 * such as {@code {"do":"gate","name":"second-look","on":false}}.
 */
public sealed interface ControlRequest {

  int WEIGHTS_MAX = 16;

  /** Pipeline that is meant; empty if there is only one. */
  Optional<String> pipeline();

  /** Asks what runs now. */
  record Status(Optional<String> pipeline) implements ControlRequest {}

  /** Opens or closes a feature gate. */
  record Gate(Optional<String> pipeline, String name, boolean on) implements ControlRequest {}

  /** Sets the weights of a split, one per arm in declared order. */
  record Split(Optional<String> pipeline, String name, List<Integer> weights)
      implements ControlRequest {
    public Split {
      weights = List.copyOf(weights);
    }
  }

  /**
   * Loads another variant beside the present one, switches, drains and unloads.
   *
   * @param acceptedRisk why that is right without a rollout's evidence
   */
  record Swap(
      Optional<String> pipeline,
      String step,
      Optional<String> arm,
      String variant,
      Optional<String> acceptedRisk)
      implements ControlRequest {}

  /**
   * Something about the rollouts of a stage.
   *
   * @param stage empty for all that there are
   * @param text what the verb needs: a manifest's path, or a reason
   */
  record Rollout(Verb verb, Optional<String> stage, Optional<String> text)
      implements ControlRequest {

    @Override
    public Optional<String> pipeline() {
      return Optional.empty();
    }

    /** What is asked. */
    public enum Verb {
      START,
      STATUS,
      PAUSE,
      RESUME,
      ABORT,
      UNDO,
      PROMOTE,
      LIFT;

      String word() {
        return name().toLowerCase(Locale.ROOT);
      }
    }
  }

  /**
   * Something about flags.
   *
   * @param name of the flag; empty for all
   * @param rule what it is set to, {@code default} for what its manifest declares; empty to tell
   *     how it stands
   * @param reason why it is set
   */
  record Flag(Optional<String> name, Optional<String> rule, Optional<String> reason)
      implements ControlRequest {

    @Override
    public Optional<String> pipeline() {
      return Optional.empty();
    }
  }

  /** Takes no more frames, answers those inside, and ends. */
  record Stop(Optional<String> pipeline) implements ControlRequest {}

  /**
   * The request in a JSON object.
   *
   * @throws IllegalArgumentException naming the field that is missing, unknown or wrong
   */
  static ControlRequest of(Map<String, Object> object) {
    var fields = new Fields(object);
    var pipeline = fields.optionalText("pipeline");
    var what = fields.text("do");
    var request =
        switch (what) {
          case "status" -> new Status(pipeline);
          case "stop" -> new Stop(pipeline);
          case "gate" -> new Gate(pipeline, fields.text("name"), fields.flag("on"));
          case "split" -> new Split(pipeline, fields.text("name"), fields.weights("weights"));
          case "swap" ->
              new Swap(
                  pipeline,
                  fields.text("step"),
                  fields.optionalText("arm"),
                  fields.text("variant"),
                  fields.optionalText("acceptedRisk"));
          case "rollout" ->
              new Rollout(
                  fields.verb("verb"), fields.optionalText("stage"), fields.optionalText("text"));
          case "flag" ->
              new Flag(
                  fields.optionalText("name"),
                  fields.optionalText("rule"),
                  fields.optionalText("reason"));
          default ->
              throw new IllegalArgumentException(
                  "do: '%s' (expected: status, gate, split, swap, rollout, flag or stop)"
                      .formatted(what));
        };
    fields.requireNoOthers();
    return request;
  }

  /** The request as a JSON object. */
  default Map<String, Object> object() {
    var object = new LinkedHashMap<String, Object>();
    switch (this) {
      case Status _ -> object.put("do", "status");
      case Stop _ -> object.put("do", "stop");
      case Gate(_, var name, var on) -> {
        object.put("do", "gate");
        object.put("name", name);
        object.put("on", on);
      }
      case Split(_, var name, var weights) -> {
        object.put("do", "split");
        object.put("name", name);
        object.put("weights", weights);
      }
      case Swap(_, var step, var arm, var variant, var risk) -> {
        object.put("do", "swap");
        object.put("step", step);
        arm.ifPresent(each -> object.put("arm", each));
        object.put("variant", variant);
        risk.ifPresent(reason -> object.put("acceptedRisk", reason));
      }
      case Rollout(var verb, var stage, var text) -> {
        object.put("do", "rollout");
        object.put("verb", verb.word());
        stage.ifPresent(name -> object.put("stage", name));
        text.ifPresent(value -> object.put("text", value));
      }
      case Flag(var name, var rule, var reason) -> {
        object.put("do", "flag");
        name.ifPresent(flag -> object.put("name", flag));
        rule.ifPresent(word -> object.put("rule", word));
        reason.ifPresent(why -> object.put("reason", why));
      }
    }
    pipeline().ifPresent(name -> object.put("pipeline", name));
    return object;
  }

  /** The fields of an object, each taken once. */
  final class Fields {
    private final Map<String, Object> left;

    Fields(Map<String, Object> object) {
      this.left = new LinkedHashMap<>(object);
    }

    String text(String name) {
      return optionalText(name)
          .orElseThrow(() -> new IllegalArgumentException(name + ": missing (expected: a text)"));
    }

    Optional<String> optionalText(String name) {
      var value = Optional.ofNullable(left.remove(name));
      value
          .filter(each -> !(each instanceof String))
          .ifPresent(each -> wrong(name, each, "a text"));
      return value.map(String.class::cast);
    }

    boolean flag(String name) {
      var value = left.remove(name);
      return value instanceof Boolean flag ? flag : wrong(name, value, "true or false");
    }

    Rollout.Verb verb(String name) {
      var word = text(name);
      return Stream.of(Rollout.Verb.values())
          .filter(verb -> verb.word().equals(word))
          .findFirst()
          .orElseGet(
              () ->
                  wrong(
                      name,
                      word,
                      "one of "
                          + Stream.of(Rollout.Verb.values()).map(Rollout.Verb::word).toList()));
    }

    List<Integer> weights(String name) {
      var value = left.remove(name);
      if (!(value instanceof List<?> list) || list.isEmpty() || list.size() > WEIGHTS_MAX) {
        return wrong(name, value, "1 to %d whole numbers".formatted(WEIGHTS_MAX));
      }
      var weights = new ArrayList<Integer>();
      for (var each : list) {
        if (each instanceof Long weight && weight >= 0 && weight <= 1_000_000) {
          weights.add(weight.intValue());
        } else {
          return wrong(name, each, "whole numbers from 0 to 1000000");
        }
      }
      return weights;
    }

    void requireNoOthers() {
      left.forEach((name, value) -> wrong(name, value, "no such field"));
    }

    private static <T> T wrong(String name, @Nullable Object value, String expected) {
      throw new IllegalArgumentException(
          "%s: %s (expected: %s)".formatted(name, value == null ? "missing" : value, expected));
    }
  }
}
