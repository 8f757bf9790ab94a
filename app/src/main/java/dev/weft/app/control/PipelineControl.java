package dev.weft.app.control;

import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.pipeline.DropReason;
import dev.weft.gateway.observatory.LoadObject;
import dev.weft.gateway.observatory.StepObjects;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/** Carries out control requests on the pipelines of this process. Threadsafe. */
public final class PipelineControl {

  /** Brings the files of a variant before it is swapped in. */
  public interface Bringer {
    void bring(String step, Optional<String> arm, String variant);
  }

  private final Weft weft;
  private final Bringer bringer;
  private final Optional<RolloutDesk> rollouts;
  private final Runnable stop;
  private final FlagControl flags;

  /** Carries out what is asked of rollouts. */
  public interface RolloutDesk {
    Map<String, Object> answer(ControlRequest.Rollout request);

    /**
     * Lets a variant be put in place without evidence, which is noted.
     *
     * @param stage of the step
     * @throws ControlException if no reason is given, or a rollout would bring another one back
     */
    void acceptRisk(String stage, ControlRequest.Swap swap);
  }

  /**
   * @param rollouts empty where rollouts are off
   * @param stop makes the process take no more frames
   */
  public PipelineControl(
      Weft weft, Bringer bringer, Optional<RolloutDesk> rollouts, Runnable stop) {
    this.weft = weft;
    this.bringer = bringer;
    this.rollouts = rollouts;
    this.stop = stop;
    this.flags = new FlagControl(weft.flags());
  }

  /** Does what is asked and gives the fields of the answer. */
  public Map<String, Object> answer(ControlRequest request) {
    return switch (request) {
      case ControlRequest.Status status -> status(status);
      case ControlRequest.Gate gate -> {
        var pipeline = pipeline(gate.pipeline());
        flags.gate(pipeline, gate.name(), gate.on());
        yield done("gate %s of %s is %s".formatted(gate.name(), pipeline.name(), word(gate.on())));
      }
      case ControlRequest.Split split -> {
        var pipeline = pipeline(split.pipeline());
        pipeline.weights(split.name(), split.weights());
        yield done(
            "split %s of %s is %s".formatted(split.name(), pipeline.name(), split.weights()));
      }
      case ControlRequest.Swap swap -> swap(swap);
      case ControlRequest.Rollout rollout ->
          rollouts
              .orElseThrow(
                  () ->
                      new ControlException(
                          "rollouts are off (expected: a process started with --rollouts FOLDER)"))
              .answer(rollout);
      case ControlRequest.Flag flag -> flags.answer(flag);
      case ControlRequest.Stop _ -> {
        stop.run();
        yield done("takes no more frames");
      }
    };
  }

  private Map<String, Object> swap(ControlRequest.Swap swap) {
    var pipeline = pipeline(swap.pipeline());
    rollouts.ifPresent(desk -> desk.acceptRisk(stage(pipeline, swap.step()), swap));
    bringer.bring(swap.step(), swap.arm(), swap.variant());
    var swapped =
        swap.arm()
            .map(arm -> pipeline.swap(swap.step(), arm, swap.variant()))
            .orElseGet(() -> pipeline.swap(swap.step(), swap.variant()));
    try {
      swapped.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
    var place = swap.step() + swap.arm().map(arm -> "/" + arm).orElse("");
    return done("step %s of %s runs %s".formatted(place, pipeline.name(), swap.variant()));
  }

  private static String stage(Pipeline pipeline, String step) {
    var steps = pipeline.manifest().steps();
    return steps.stream()
        .filter(each -> each.name().equals(step))
        .findFirst()
        .orElseThrow(
            () ->
                new ControlException(
                    "step: '%s' (expected: one of %s)"
                        .formatted(step, steps.stream().map(each -> each.name()).toList())))
        .stage();
  }

  private static Map<String, Object> done(String what) {
    return Map.of("done", what);
  }

  private Pipeline pipeline(Optional<String> name) {
    if (name.isPresent()) {
      return weft.pipeline(name.get());
    }
    var all = weft.pipelines();
    if (all.size() != 1) {
      throw new ControlException(
          "pipeline: none given (expected: one of %s)"
              .formatted(all.stream().map(Pipeline::name).toList()));
    }
    return all.getFirst();
  }

  private Map<String, Object> status(ControlRequest.Status request) {
    var shown = request.pipeline().map(weft::pipeline).map(List::of).orElseGet(weft::pipelines);
    var answer = new LinkedHashMap<String, Object>();
    answer.put("pid", ProcessHandle.current().pid());
    answer.put("pipelines", shown.stream().map(PipelineControl::object).toList());
    answer.put("loadedBytes", weft.loadedVariants());
    answer.put("load", LoadObject.of(weft.load()));
    return answer;
  }

  private static Map<String, Object> object(Pipeline pipeline) {
    var object = new LinkedHashMap<String, Object>();
    object.put("name", pipeline.name());
    var counters = pipeline.counters();
    object.put("offered", counters.offeredCount());
    object.put("completed", counters.completedCount());
    object.put("failed", counters.failedCount());
    var dropped = new LinkedHashMap<String, Object>();
    for (var reason : DropReason.values()) {
      dropped.put(
          reason.name().toLowerCase(Locale.ROOT).replace('_', '-'), counters.droppedCount(reason));
    }
    object.put("dropped", dropped);
    object.put("inFlight", pipeline.inFlight());
    var gates = new LinkedHashMap<String, Object>();
    pipeline.switches().flags().forEach((name, flag) -> gates.put(name, flag.rule().word()));
    object.put("gates", gates);
    object.put(
        "splits",
        pipeline.manifest().splits().stream().map(split -> object(split, pipeline)).toList());
    object.put(
        "steps",
        pipeline.plan().map(plan -> StepObjects.of(plan, pipeline.switches())).orElse(List.of()));
    return object;
  }

  private static Map<String, Object> object(PipelineManifest.Split split, Pipeline pipeline) {
    var weights = pipeline.switches().weights().getOrDefault(split.name(), List.of());
    var arms = new LinkedHashMap<String, Object>();
    for (var i = 0; i < weights.size(); i++) {
      arms.put(split.arms().get(i).name(), weights.get(i));
    }
    var object = new LinkedHashMap<String, Object>();
    object.put("name", split.name());
    object.put("step", split.step());
    object.put("arms", arms);
    return object;
  }

  private static String word(boolean on) {
    return on ? "on" : "off";
  }
}
