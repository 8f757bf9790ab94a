package dev.weft.gateway.observatory;

import dev.weft.fabric.pipeline.Plan;
import dev.weft.fabric.pipeline.Plan.PlanArm;
import dev.weft.fabric.pipeline.Plan.PlanStep;
import dev.weft.fabric.routing.Switches;
import dev.weft.fabric.routing.TrialShare;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What runs at a pipeline's steps, as values for JSON: one object for each step, or for each arm of
 * its split, with what is loaded beside it.
 */
public final class StepObjects {

  private StepObjects() {}

  /**
   * @param switches with what a candidate on trial has of the traffic
   */
  public static List<Map<String, Object>> of(Plan plan, Switches switches) {
    var objects = new ArrayList<Map<String, Object>>();
    for (var step : plan.steps()) {
      var arms = step.split().map(split -> split.arms().size()).orElse(1);
      for (var i = 0; i < arms; i++) {
        var object = new LinkedHashMap<String, Object>();
        object.put("step", step.name());
        if (step.split().isPresent()) {
          object.put("arm", step.split().get().arms().get(i).name());
        }
        object.putAll(arm(step.arms().get(i)));
        if (i == 0) {
          object.put("beside", beside(step, switches));
        }
        objects.add(object);
      }
    }
    return objects;
  }

  private static Map<String, Object> arm(PlanArm arm) {
    var object = new LinkedHashMap<String, Object>();
    object.put("stage", arm.stage());
    object.put("variant", arm.variant());
    return object;
  }

  /** What may run in place of a step's arm, or with it. */
  private static List<Map<String, Object>> beside(PlanStep step, Switches switches) {
    var beside = new ArrayList<Map<String, Object>>();
    for (var degrade : step.degrade()) {
      if (degrade.arm() >= 0) {
        beside.add(as("cheaper", step.arms().get(degrade.arm())));
      }
    }
    step.shadow()
        .ifPresent(
            shadow -> {
              var object = as("shadow", step.arms().get(shadow.arm()));
              object.put("comparedShare", shadow.percent() / 100.0);
              beside.add(object);
            });
    step.trial()
        .ifPresent(
            trial -> {
              var share = switches.trial(step.name());
              var object = as("trial", step.arms().get(trial.arm()));
              object.put("answersShare", share(share.map(TrialShare::answers)));
              object.put("comparedShare", share(share.map(TrialShare::compared)));
              beside.add(object);
            });
    return beside;
  }

  private static Map<String, Object> as(String role, PlanArm arm) {
    var object = new LinkedHashMap<String, Object>();
    object.put("as", role);
    object.putAll(arm(arm));
    return object;
  }

  private static double share(Optional<Integer> part) {
    return part.orElse(0) / (double) TrialShare.WHOLE;
  }
}
