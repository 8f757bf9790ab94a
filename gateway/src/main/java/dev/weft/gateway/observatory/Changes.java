package dev.weft.gateway.observatory;

import dev.weft.fabric.load.LoadEvent;
import dev.weft.fabric.pipeline.Plan;
import dev.weft.gateway.word.Words;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Turns how a node stands at one look and at the next into events: pipelines that came and went,
 * variants that changed, frames that began to be dropped, changes of load. For one thread.
 */
final class Changes {

  private final Events events;
  private Map<String, Plan> plans = Map.of();
  private Instant loadSeen = Instant.MIN;

  Changes(Events events) {
    this.events = events;
  }

  /**
   * @param now what runs in each pipeline that is deployed
   */
  void plans(Map<String, Plan> now, Instant at) {
    new TreeMap<>(now)
        .forEach(
            (name, plan) -> {
              var before = plans.get(name);
              if (before == null) {
                events.add(
                    at, Event.Kind.DEPLOY, name, "deployed: " + String.join(", ", arms(plan)));
              } else if (before != plan) {
                swaps(name, before, plan, at);
              }
            });
    plans.keySet().stream()
        .filter(name -> !now.containsKey(name))
        .sorted()
        .forEach(name -> events.add(at, Event.Kind.DEPLOY, name, "unloaded"));
    plans = new HashMap<>(now);
  }

  private void swaps(String pipeline, Plan before, Plan now, Instant at) {
    for (var step : now.steps()) {
      var old = step(before, step.name());
      if (old.isEmpty() || old.get().arms().equals(step.arms())) {
        continue;
      }
      var place = pipeline + "/" + step.name();
      var was = old.get().arms().getFirst();
      var runs = step.arms().getFirst();
      events.add(
          at,
          Event.Kind.SWAP,
          place,
          was.equals(runs)
              ? "runs %s; beside it now: %s (before: %s)"
                  .formatted(name(runs), beside(step), beside(old.get()))
              : "runs %s (before: %s)".formatted(name(runs), name(was)));
    }
  }

  private static Optional<Plan.PlanStep> step(Plan plan, String name) {
    return plan.steps().stream().filter(step -> step.name().equals(name)).findFirst();
  }

  private static String beside(Plan.PlanStep step) {
    var others = step.arms().stream().skip(1).map(Changes::name).toList();
    return others.isEmpty() ? "nothing" : String.join(", ", others);
  }

  private static List<String> arms(Plan plan) {
    var arms = new ArrayList<String>();
    plan.steps().forEach(step -> arms.add(name(step.arms().getFirst())));
    return arms;
  }

  private static String name(Plan.PlanArm arm) {
    return arm.stage() + "@" + arm.variant();
  }

  /** Frames that began to be dropped, or are not dropped any more. */
  void sheds(List<Sheds.Change> changes) {
    for (var change : changes) {
      var place = change.place();
      var what = "%s frames: %s".formatted(place.lane().word(), word(place.reason()));
      events.add(
          Instant.ofEpochMilli(change.atMillis()),
          Event.Kind.SHED,
          place.pipeline(),
          change.isBegun()
              ? "begins to drop " + what
              : "drops no more %s; it dropped %d".formatted(what, change.count()));
    }
  }

  private static String word(Enum<?> reason) {
    return Words.of(reason);
  }

  /**
   * @param now the last changes of load, oldest first; those seen before are passed over
   */
  void load(List<LoadEvent> now) {
    for (var event : now) {
      if (event.at().isAfter(loadSeen)) {
        loadSeen = event.at();
        events.add(event.at(), Event.Kind.LOAD, "node", event.toString());
      }
    }
  }
}
