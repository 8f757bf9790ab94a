package dev.weft.app.command;

import dev.weft.app.console.Amount;
import dev.weft.app.console.Console;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The status of a running process, for a person. */
final class StatusPrint {

  /** The last changes of load that are shown; {@code --json} has more. */
  private static final int EVENTS_SHOWN = 5;

  /** Fields of a sample, in the order shown, and what they are called. */
  private static final Map<String, String> SHARES = shares();

  private final Console console;

  StatusPrint(Console console) {
    this.console = console;
  }

  void print(Map<String, Object> status) {
    console.line("process %s".formatted(status.get("pid")));
    load(map(status.get("load")));
    for (var pipeline : list(status.get("pipelines"))) {
      pipeline(pipeline);
    }
    console.line("loaded");
    for (var entry : map(status.get("loadedBytes")).entrySet()) {
      var bytes = entry.getValue() instanceof Number number ? number.longValue() : 0;
      console.line("  %s%s".formatted(entry.getKey(), bytes == 0 ? "" : " " + Amount.bytes(bytes)));
    }
  }

  private void load(Map<?, ?> load) {
    if (load.isEmpty()) {
      return;
    }
    var paused = load.get("pausedLanes") instanceof List<?> lanes ? lanes : List.of();
    console.line(
        "load %s; paused lanes: %s"
            .formatted(load.get("level"), paused.isEmpty() ? "none" : words(paused)));
    var sample = map(load.get("sample"));
    var shares = new ArrayList<String>();
    SHARES.forEach(
        (field, words) -> {
          if (sample.get(field) instanceof Number share) {
            shares.add(Amount.format("%s %.0f %%", words, 100 * share.doubleValue()));
          }
        });
    console.line("  " + (shares.isEmpty() ? "nothing measured" : String.join(", ", shares)));
    var events = list(load.get("events"));
    for (var event : events.subList(Math.max(0, events.size() - EVENTS_SHOWN), events.size())) {
      console.line("  %s %s".formatted(event.get("at"), words(event)));
    }
  }

  private static String words(Map<?, ?> event) {
    return "call-lost".equals(event.get("event"))
        ? "a call of %s on inference loop %s is lost after %s ms%s"
            .formatted(
                event.get("variant"),
                event.get("loop"),
                event.get("afterMillis"),
                Boolean.TRUE.equals(event.get("suspended")) ? "; the variant is suspended" : "")
        : "%s -> %s: %s".formatted(event.get("from"), event.get("to"), event.get("why"));
  }

  private static String words(List<?> all) {
    return all.stream().map(String::valueOf).collect(Collectors.joining(", "));
  }

  private void pipeline(Map<?, ?> pipeline) {
    console.line("pipeline %s".formatted(pipeline.get("name")));
    console.line(
        "  frames: %s offered, %s completed, %s failed, %s inside"
            .formatted(
                pipeline.get("offered"),
                pipeline.get("completed"),
                pipeline.get("failed"),
                pipeline.get("inFlight")));
    console.line("  dropped: " + pairs(map(pipeline.get("dropped"))));
    var gates = map(pipeline.get("gates"));
    if (!gates.isEmpty()) {
      console.line("  gates: " + pairs(gates));
    }
    for (var split : list(pipeline.get("splits"))) {
      console.line(
          "  split %s of step %s: %s"
              .formatted(split.get("name"), split.get("step"), pairs(map(split.get("arms")))));
    }
    steps(list(pipeline.get("steps")));
  }

  private void steps(List<Map<?, ?>> steps) {
    var isAnyBeside = steps.stream().anyMatch(step -> !list(step.get("beside")).isEmpty());
    var rows = new ArrayList<List<String>>();
    for (var step : steps) {
      var row = new ArrayList<String>();
      row.add(step.get("step") + (step.containsKey("arm") ? "/" + step.get("arm") : ""));
      row.add(String.valueOf(step.get("stage")));
      row.add(String.valueOf(step.get("variant")));
      if (isAnyBeside) {
        var beside = list(step.get("beside")).stream().map(StatusPrint::beside);
        row.add(beside.collect(Collectors.joining("; ")));
      }
      rows.add(row);
    }
    var names = new ArrayList<>(List.of("step", "stage", "variant"));
    if (isAnyBeside) {
      names.add("beside it");
    }
    console.table(names, rows);
  }

  private static String beside(Map<?, ?> object) {
    var variant = String.valueOf(object.get("variant"));
    return switch (String.valueOf(object.get("as"))) {
      case "trial" ->
          "%s on trial: answers %s, both run on %s"
              .formatted(
                  variant,
                  percent(object.get("answersShare")),
                  percent(object.get("comparedShare")));
      case "shadow" ->
          "%s in the shadow of %s".formatted(variant, percent(object.get("comparedShare")));
      default -> variant + " under load";
    };
  }

  private static String percent(@Nullable Object share) {
    var value = share instanceof Number number ? number.doubleValue() : 0;
    return BigDecimal.valueOf(value).movePointRight(2).stripTrailingZeros().toPlainString() + " %";
  }

  private static String pairs(Map<?, ?> map) {
    return map.entrySet().stream()
        .map(entry -> entry.getKey() + " " + entry.getValue())
        .collect(Collectors.joining(", "));
  }

  private static Map<?, ?> map(@Nullable Object value) {
    return value instanceof Map<?, ?> map ? map : Map.of();
  }

  private static List<Map<?, ?>> list(@Nullable Object value) {
    return value instanceof List<?> elements
        ? elements.stream().<Map<?, ?>>map(StatusPrint::map).toList()
        : List.of();
  }

  private static Map<String, String> shares() {
    var shares = new LinkedHashMap<String, String>();
    shares.put("machineShare", "cpu: machine");
    shares.put("ownShare", "own");
    shares.put("foreignShare", "others");
    shares.put("cpuStallShare", "stall");
    shares.put("memoryAvailableShare", "memory: available");
    shares.put("tensorMemoryShare", "tensors");
    return shares;
  }
}
