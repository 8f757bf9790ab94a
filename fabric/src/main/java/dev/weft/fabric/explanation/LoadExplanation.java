package dev.weft.fabric.explanation;

import dev.weft.fabric.manifest.Batching;
import dev.weft.fabric.manifest.Capture;
import dev.weft.fabric.manifest.Degrade;
import dev.weft.fabric.manifest.Door;
import dev.weft.fabric.manifest.Isolation;
import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.manifest.LoadCondition;
import dev.weft.fabric.manifest.LoadCondition.Measure;
import dev.weft.fabric.manifest.Overflow;
import dev.weft.fabric.manifest.Pairing;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.PipelineManifest.Step;
import dev.weft.fabric.manifest.Quantity;
import dev.weft.fabric.manifest.QueueLimits;
import dev.weft.fabric.manifest.Shadow;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Says in prose what holds when more comes than can be done: bounds, and who gives way. */
final class LoadExplanation {

  private LoadExplanation() {}

  static String queue(QueueLimits queue) {
    return "before each replica wait at most %s, and at most %s of inputs in each lane; %s"
        .formatted(frames(queue), Quantity.text(queue.laneBytes()), overflow(queue.overflow()));
  }

  /** The lanes' capacities, those that are equal told at once. */
  private static String frames(QueueLimits queue) {
    var lanes = new TreeMap<Integer, List<String>>();
    for (var lane : Lane.values()) {
      lanes.computeIfAbsent(queue.capacity(lane), _ -> new ArrayList<>()).add(lane.word());
    }
    if (lanes.size() == 1) {
      return "%d frames in each lane".formatted(lanes.firstKey());
    }
    return lanes.entrySet().stream()
        .map(entry -> "%d in %s".formatted(entry.getKey(), listed(entry.getValue())))
        .collect(Collectors.joining(", "))
        .replaceFirst(" ", " frames ");
  }

  private static String listed(List<String> lanes) {
    return "%s %s".formatted(lanes.size() == 1 ? "lane" : "lanes", and(lanes));
  }

  private static String and(List<String> words) {
    var last = words.getLast();
    return words.size() == 1
        ? last
        : "%s and %s".formatted(String.join(", ", words.subList(0, words.size() - 1)), last);
  }

  private static String overflow(Overflow overflow) {
    return switch (overflow) {
      case DROP_OLDEST -> "when a lane is full, the frame that waited longest is dropped";
      case DROP_NEWEST -> "when a lane is full, the frame that came last is dropped";
      case REJECT -> "when a lane is full, a frame that comes is refused";
      case LATEST_WINS ->
          "a frame that comes takes the place of a waiting one of the same source; when a lane is"
              + " full and there is none, the one that waited longest is dropped";
    };
  }

  static String batching(Batching batching, Isolation isolation) {
    if (batching.maxBatchSize() == 1 || isolation == Isolation.PROCESS) {
      return "none: one frame in each run";
    }
    return "at most %d frames and %s of inputs in one run: those that came while the run before was"
            .formatted(batching.maxBatchSize(), Quantity.text(batching.maxBytes()))
        + " under way; frames of several tenants %s, those of several privacy classes %s"
            .formatted(share(batching.mixTenants()), share(batching.mixPrivacy()));
  }

  private static String share(boolean mix) {
    return mix ? "may share it" : "never share it";
  }

  static String isolation(Isolation isolation) {
    return switch (isolation) {
      case NONE -> "the node's own";
      case PROCESS -> "one of its own; a native crash there costs one frame and no more";
    };
  }

  static String bound(Door door) {
    return "at most %d frames with %s of inputs inside at once; further ones are dropped at the door"
        .formatted(door.maxInFlight(), Quantity.text(door.maxInFlightBytes()));
  }

  static String admission(Door.Admission admission) {
    return switch (admission) {
      case PREDICT ->
          "a frame that, as it looks, cannot make its deadline is refused at the door and told when"
              + " to try again";
      case OPEN -> "a frame is let in even if, as it looks, it cannot make its deadline";
    };
  }

  static String pairing(Pairing pairing) {
    return ("%s may come one by one; those of one %s whose times differ by at most %s become one"
            + " frame. %s sets the pace. An input waits at most %s for its partners, then its frame"
            + " goes on without them; at most %d inputs of one %s wait")
        .formatted(
            and(pairing.inputs()),
            pairing.by(),
            Quantity.text(pairing.tolerance()),
            pairing.inputs().getFirst(),
            Quantity.text(pairing.lateness()),
            pairing.maxWaiting(),
            pairing.by());
  }

  static String capture(Capture capture) {
    var what =
        switch (capture.level()) {
          case OFF -> "nothing is recorded";
          case DIGESTS -> "decisions and digests of all tensors are recorded";
          case OUTPUTS -> "decisions, digests and what the outputs held are recorded";
          case INPUTS ->
              "decisions, digests and what inputs and outputs held are recorded, so that frames can"
                  + " be replayed";
        };
    return capture.level() == Capture.Level.OFF
        ? what
        : "where something records, %s, of %d %% of the frames, in class %s"
            .formatted(what, capture.sample(), capture.retention());
  }

  /** One sentence for each entry, in the order they are tried; empty if there is none. */
  static String degrade(Step step) {
    var text = new StringBuilder();
    for (var degrade : step.degrade()) {
      text.append(text.isEmpty() ? " Under load (" : " Else, under load (");
      text.append(degrade.when()).append(") ").append(instead(degrade)).append('.');
    }
    return text.toString();
  }

  private static String instead(Degrade degrade) {
    return switch (degrade) {
      case Degrade.Skip _ -> "it is skipped";
      case Degrade.Defer(_, var within) ->
          "it is put off: the frame is answered without it, and it and what depends on it run"
              + " within"
              + " %s after that, for a second answer".formatted(Quantity.text(within));
      case Degrade.Cheaper(_, var variant) -> "variant %s runs instead".formatted(variant);
    };
  }

  static String shadow(Shadow shadow) {
    return " In lane shadow, variant %s is offered %s; what it gives is not answered."
        .formatted(
            shadow.variant(),
            shadow.percent() == 100
                ? "the same inputs"
                : "the same inputs of %d %% of the frames".formatted(shadow.percent()));
  }

  /** The measures that conditions of {@code pipeline} name, and what each is. */
  static List<Prose.Row> measures(PipelineManifest pipeline) {
    return pipeline.steps().stream()
        .flatMap(step -> step.degrade().stream())
        .flatMap(degrade -> degrade.when().terms().stream())
        .map(LoadCondition.Term::measure)
        .distinct()
        .sorted()
        .map(measure -> new Prose.Row(measure.word(), meaning(measure)))
        .toList();
  }

  private static String meaning(Measure measure) {
    return switch (measure) {
      case CPU -> "share of the machine's processors that is busy, 0 to 1";
      case MEMORY -> "share of the machine's memory that is in use, 0 to 1";
      case LEVEL -> "rung of the node's load ladder, 0 (normal) to 3 (critical)";
      case QUEUE -> "how full the frame's lane before the step is, 0 to 1";
      case SLACK -> "time to the frame's deadline less what its other steps are expected to take";
    };
  }
}
