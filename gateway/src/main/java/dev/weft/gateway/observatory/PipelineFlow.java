package dev.weft.gateway.observatory;

import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.pipeline.Answer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts what goes through one pipeline: its lanes, and the runs of its steps by variant.
 * Threadsafe; who counts never waits.
 */
final class PipelineFlow {

  private final LaneFlow[] lanes = new LaneFlow[Lane.values().length];

  /** By step and then variant, as many as the pipeline's plans had. */
  private final Map<String, Map<String, StepFlow>> steps = new ConcurrentHashMap<>();

  PipelineFlow() {
    Arrays.setAll(lanes, _ -> new LaneFlow());
  }

  private static final class StepFlow {
    private final String stage;
    private final LongAdder runs = new LongAdder();
    private final LongAdder waitedNanos = new LongAdder();
    private final LongAdder ranNanos = new LongAdder();

    StepFlow(String stage) {
      this.stage = stage;
    }
  }

  void count(Lane lane, Answer answer) {
    lanes[lane.ordinal()].count(answer);
    answer.timings().eachRun(this::ran);
  }

  private void ran(String step, String stage, String variant, long queuedNanos, long ranNanos) {
    var flow = flow(step, stage, variant);
    flow.runs.increment();
    flow.waitedNanos.add(queuedNanos);
    flow.ranNanos.add(ranNanos);
  }

  /** Looks before it makes one: a map that makes takes a lock even if there is nothing to make. */
  private StepFlow flow(String step, String stage, String variant) {
    var variants = steps.get(step);
    var known = variants == null ? null : variants.get(variant);
    return known != null
        ? known
        : steps
            .computeIfAbsent(step, _ -> new ConcurrentHashMap<>())
            .computeIfAbsent(variant, _ -> new StepFlow(stage));
  }

  /**
   * Runs of a step by one variant so far.
   *
   * @param waitedNanos from ready to started, all runs together
   * @param ranNanos inside the stage, all runs together
   */
  record StepRead(
      String step, String stage, String variant, long runs, long waitedNanos, long ranNanos) {}

  /** What was counted so far: all lanes, and the steps that ran. */
  record Read(List<LaneFlow.Read> lanes, List<StepRead> steps) {

    /** Of a pipeline that has had no frame. */
    static Read none() {
      return new PipelineFlow().read();
    }
  }

  Read read() {
    var readLanes = new ArrayList<LaneFlow.Read>();
    for (var lane : Lane.values()) {
      readLanes.add(lanes[lane.ordinal()].read(lane));
    }
    var readSteps = new ArrayList<StepRead>();
    steps.forEach(
        (step, variants) ->
            variants.forEach(
                (variant, flow) ->
                    readSteps.add(
                        new StepRead(
                            step,
                            flow.stage,
                            variant,
                            flow.runs.sum(),
                            flow.waitedNanos.sum(),
                            flow.ranNanos.sum()))));
    return new Read(readLanes, readSteps);
  }
}
