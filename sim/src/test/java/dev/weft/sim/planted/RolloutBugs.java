package dev.weft.sim.planted;

import static dev.weft.sim.planted.Changes.branch;
import static dev.weft.sim.planted.Changes.constant;
import static dev.weft.sim.planted.Changes.dropCall;
import static dev.weft.sim.planted.Changes.replaceCall;
import static dev.weft.sim.planted.Changes.signature;
import static dev.weft.sim.planted.Changes.type;

import dev.weft.sim.planted.PlantedBug.Change;
import dev.weft.sim.planted.PlantedBug.Edit;
import java.lang.classfile.Opcode;
import java.lang.constant.ConstantDescs;
import java.util.List;

/** The bugs that the simulator must find in how variants are rolled out. */
final class RolloutBugs {

  private static final String SUPERVISOR = "dev.weft.supervisor.";
  private static final String PIPELINE = "dev.weft.fabric.pipeline.";

  private RolloutBugs() {}

  static List<PlantedBug> all() {
    return List.of(
        bug(
            "lets a controller of a stale epoch take charge",
            5,
            SUPERVISOR + "rollout.RolloutState",
            "take",
            branch(Opcode.IFGE, 1, true)),
        bug(
            "passes a gate on fewer samples than the least",
            5,
            SUPERVISOR + "gate.Gate",
            "isTooLittle",
            constant(1, 0, 1)),
        takesNoNumberForOne(),
        bug(
            "leaves a candidate that failed its traffic until the next look",
            15,
            SUPERVISOR + "analysis.TrialAnalysis",
            "raise",
            dropCall("java.util.concurrent.atomic.AtomicBoolean", "compareAndSet")),
        assignsFrames(),
        bug(
            "loads a candidate before it is noted that it will",
            10,
            SUPERVISOR + "node.StageTraffic",
            "trial",
            branch(Opcode.IFNE, 2, true)),
        bug(
            "denies no candidate, however many processes it ended",
            5,
            SUPERVISOR + "rollout.Blame",
            "blamed",
            constant(2, 1_000, 1)),
        forgetsWhatWasInCharge(),
        bug(
            "acknowledges a promotion that changes nothing",
            15,
            PIPELINE + "VariantChange$Promote",
            "apply",
            replaceCall(PIPELINE + "VariantChoice", "with", (code, _) -> code.pop().pop().pop())));
  }

  /** Draws for each frame whether the candidate answers it, not for each session. */
  private static PlantedBug assignsFrames() {
    var admission = PIPELINE + "Admission";
    var text = type("java.lang.String");
    return bug(
        "assigns frames to a candidate in place of sessions",
        10,
        PIPELINE + "Course",
        "armOnTrial",
        replaceCall(
            admission,
            "key",
            (code, _) ->
                code.pop()
                    .invokevirtual(
                        type(admission), "deadlineNanos", signature(ConstantDescs.CD_long))
                    .invokestatic(text, "valueOf", signature(text, ConstantDescs.CD_long))));
  }

  /** Neither the bell nor the judgement tells of it; either would. */
  private static PlantedBug takesNoNumberForOne() {
    return new PlantedBug(
        "forgets that an output was no number",
        "rollout",
        10,
        SUPERVISOR + "comparison.StepComparator",
        List.of(
            new Edit("keep", dropCall("java.util.List", "add")),
            new Edit("compare", branch(Opcode.IFNE, 1, false))));
  }

  /** So the simulator found it: what is taken back after its promotion stays in its place. */
  private static PlantedBug forgetsWhatWasInCharge() {
    return bug(
        "forgets that what it takes back was in charge",
        15,
        SUPERVISOR + "rollout.Past",
        "wasPromoted",
        replaceCall("java.lang.String", "equals", (code, _) -> code.pop().pop().iconst_0()));
  }

  private static PlantedBug bug(
      String name, int seedsMax, String className, String method, Change change) {
    return new PlantedBug(name, "rollout", seedsMax, className, List.of(new Edit(method, change)));
  }
}
