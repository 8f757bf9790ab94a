package dev.weft.sim.planted;

import static dev.weft.sim.planted.Changes.branch;
import static dev.weft.sim.planted.Changes.comparison;
import static dev.weft.sim.planted.Changes.constant;
import static dev.weft.sim.planted.Changes.dropCall;
import static dev.weft.sim.planted.Changes.isAlways;
import static dev.weft.sim.planted.Changes.operation;
import static dev.weft.sim.planted.Changes.replaceCall;
import static dev.weft.sim.planted.Changes.signature;
import static dev.weft.sim.planted.Changes.type;

import dev.weft.sim.planted.PlantedBug.Edit;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Opcode;
import java.lang.constant.ConstantDescs;
import java.util.List;
import java.util.stream.Stream;

/** The bugs that the simulator must find. */
final class PlantedBugs {

  private static final String SESSION = "dev.weft.fabric.session.";
  private static final String SEGMENT = "dev.weft.persistence.segment.";
  private static final String OUTBOX = "dev.weft.persistence.outbox.";
  private static final String PIPELINE = "dev.weft.fabric.pipeline.";

  private PlantedBugs() {}

  static List<PlantedBug> all() {
    return Stream.of(
            ofSessions(),
            ofTheTrail(),
            ofTheBuffer(),
            ofTheOutbox(),
            ofTheDataPlane(),
            RolloutBugs.all(),
            SiteBugs.all())
        .flatMap(List::stream)
        .toList();
  }

  private static List<PlantedBug> ofSessions() {
    return List.of(
        acknowledgesBeforeItPersists(),
        bug(
            "refuses a request that it has done before",
            "kiosk",
            3,
            SESSION + "SessionState",
            new Edit("settle", constant(1L, 1L << 40, 1))),
        bug(
            "settles a block of the budget twice",
            "kiosk",
            2,
            SESSION + "SessionBudget",
            new Edit("settle", dropCall("java.util.TreeMap", "remove"))),
        bug(
            "counts a checkpoint's frames one short",
            "kiosk",
            2,
            SESSION + "Checkpoint",
            new Edit("after", constant(1L, 0L, 1))),
        bug(
            "accepts frames of a stale epoch",
            "kiosk",
            3,
            SESSION + "SessionState",
            new Edit("checkpoint", comparison(Opcode.IFNE, Opcode.IFGT, 3))),
        bug(
            "lets a feeder of a stale epoch take a session over",
            "kiosk",
            3,
            SESSION + "SessionState",
            new Edit("open", branch(Opcode.IFLT, 2, false))));
  }

  private static List<PlantedBug> ofTheTrail() {
    return List.of(
        bug(
            "tells a session of frames that the buffer dropped",
            "kiosk",
            10,
            "dev.weft.fabric.trace.StoreSink",
            new Edit("lambda$append$2", isAlways("dev.weft.persistence.trace.Outcome$Kept"))),
        bug(
            "counts frames before the mark that begins is kept",
            "kiosk",
            5,
            SESSION + "SessionTrail",
            new Edit("kept", branch(Opcode.IFEQ, 1, false))),
        bug(
            "takes a refusal for an answer of the session",
            "kiosk",
            25,
            SESSION + "SessionTrail",
            new Edit("answered", branch(Opcode.IFNULL, 1, false))));
  }

  private static List<PlantedBug> ofTheBuffer() {
    return List.of(
        bug(
            "acknowledges records before they are forced",
            "kiosk",
            10,
            SEGMENT + "ClassLog",
            new Edit("commit", dropCall("dev.weft.persistence.disk.DiskFile", "force"))),
        bug(
            "deletes records that are held",
            "uplink",
            3,
            SEGMENT + "RetentionRule",
            new Edit("due", dropCall(SEGMENT + "RetentionRule", "isHeld"))),
        bug(
            "forgets to count what is dropped",
            "kiosk",
            10,
            SEGMENT + "LossTally",
            new Edit("add", constant(1L, 0L, 2))),
        bug(
            "gives records out without a look at their checksum",
            "bitrot",
            10,
            SEGMENT + "SegmentReader",
            new Edit("next", branch(Opcode.IF_ICMPEQ, 1, true))),
        bug(
            "passes over what is damaged without a word",
            "bitrot",
            10,
            SEGMENT + "SegmentCursor$ClassCursor",
            new Edit("take", branch(Opcode.IFGE, 1, true))));
  }

  private static List<PlantedBug> ofTheOutbox() {
    return List.of(
        savesTheCursorBeforeItSends(),
        takesBatchesAsTheyCome(),
        bug(
            "answers a batch before its name is durable",
            "uplink",
            10,
            OUTBOX + "Inbox",
            new Edit("keep", dropCall("dev.weft.persistence.disk.Disk", "force"))));
  }

  private static List<PlantedBug> ofTheDataPlane() {
    return List.of(
        bug(
            "lets one more wait in a lane than it may",
            "pressure",
            2,
            "dev.weft.fabric.lane.LaneLine",
            new Edit("offer", comparison(Opcode.IF_ICMPGE, Opcode.IF_ICMPGT, 1))),
        bug(
            "lets one more frame into a pipeline than it may",
            "pressure",
            2,
            PIPELINE + "Entrance",
            new Edit("full", comparison(Opcode.IF_ICMPLT, Opcode.IF_ICMPLE, 1))),
        deadlinesInWallTime(),
        bug(
            "gives every frame of a batch the first one's rows",
            "pressure",
            2,
            "dev.weft.fabric.stage.BatchRunner",
            new Edit("cut", operation(Opcode.LADD, CodeBuilder::pop2))),
        swapsAnswersOfABatch(),
        bug(
            "acknowledges a swap that changes nothing",
            "pressure",
            2,
            PIPELINE + "VariantChoice",
            new Edit("with", dropCall("java.util.LinkedHashMap", "put"))),
        bug(
            "forgets that a frame it refused had entered a generation",
            "pressure",
            5,
            PIPELINE + "PipelineDoor",
            new Edit("admit", dropCall(PIPELINE + "Generation", "leave"))),
        doesNotSayWhenToComeAgain(),
        bug(
            "does not count an answer",
            "pressure",
            1,
            PIPELINE + "PipelineDoor",
            new Edit("ended", dropCall(PIPELINE + "PipelineCounters", "ended"))));
  }

  private static PlantedBug doesNotSayWhenToComeAgain() {
    var optional = type("java.util.Optional");
    return bug(
        "does not say when a refused frame is to come again",
        "pressure",
        3,
        PIPELINE + "PipelineDoor",
        new Edit(
            "admit",
            replaceCall(
                PIPELINE + "PipelineDoor",
                "dropped",
                (code, _) ->
                    code.pop()
                        .invokestatic(optional, "empty", signature(optional))
                        .invokevirtual(
                            type(PIPELINE + "PipelineDoor"),
                            "dropped",
                            signature(
                                type(PIPELINE + "Answer"),
                                type(PIPELINE + "DropReason"),
                                optional)))));
  }

  private static PlantedBug bug(
      String name, String scenario, int seedsMax, String className, Edit edit) {
    return new PlantedBug(name, scenario, seedsMax, className, List.of(edit));
  }

  /** Answers as it takes room for what is to be stored, and not again when it is. */
  private static PlantedBug acknowledgesBeforeItPersists() {
    var entity = type(SESSION + "SessionEntity");
    return new PlantedBug(
        "acknowledges before it persists",
        "kiosk",
        10,
        SESSION + "SessionEntity",
        List.of(
            new Edit(
                "takeRoom",
                Changes.atStart(
                    code ->
                        code.aload(0)
                            .aload(1)
                            .invokevirtual(
                                entity,
                                "answer",
                                signature(ConstantDescs.CD_void, ConstantDescs.CD_Object)))),
            new Edit("onStored", dropCall(SESSION + "SessionEntity", "answer"))));
  }

  private static PlantedBug deadlinesInWallTime() {
    var instant = type("java.time.Instant");
    return bug(
        "takes the time of admission from the wall clock",
        "pressure",
        3,
        PIPELINE + "PipelineDoor",
        new Edit(
            "admit",
            replaceCall(
                PIPELINE + "FabricClock",
                "nanos",
                (code, call) ->
                    code.invokeinterface(
                            type(PIPELINE + "FabricClock"), "instant", signature(instant))
                        .invokevirtual(instant, "toEpochMilli", signature(ConstantDescs.CD_long))
                        .loadConstant(1_000_000L)
                        .lmul())));
  }

  /** Notes that the sink has a batch when it is sent, not when it is answered. */
  private static PlantedBug savesTheCursorBeforeItSends() {
    var outbox = type(OUTBOX + "Outbox");
    var parcel = type(OUTBOX + "Parcel");
    var batch = type(OUTBOX + "Batch");
    return bug(
        "saves the outbox's cursor before it sends",
        "uplink",
        3,
        OUTBOX + "Outbox",
        new Edit(
            "send",
            Changes.atStart(
                code ->
                    code.aload(0)
                        .aload(1)
                        .getfield(parcel, "batch", batch)
                        .invokevirtual(batch, "last", signature(ConstantDescs.CD_long))
                        .lload(2)
                        .invokevirtual(
                            outbox,
                            "move",
                            signature(
                                ConstantDescs.CD_boolean,
                                ConstantDescs.CD_long,
                                ConstantDescs.CD_long))
                        .pop())));
  }

  /** Looks at no mark, neither when a batch comes nor when it is read. */
  private static PlantedBug takesBatchesAsTheyCome() {
    var batch = type(OUTBOX + "Batch");
    var inbox = OUTBOX + "Inbox";
    var number = type("java.lang.Long");
    return new PlantedBug(
        "takes records that came before once more",
        "uplink",
        10,
        inbox,
        List.of(
            new Edit(
                "receive",
                replaceCall(
                    inbox,
                    "through",
                    (code, _) ->
                        code.pop()
                            .pop()
                            .aload(1)
                            .invokevirtual(batch, "after", signature(ConstantDescs.CD_long)))),
            Edit.in(
                OUTBOX + "InboxReader",
                "next",
                replaceCall(
                    "java.util.Map",
                    "getOrDefault",
                    (code, _) ->
                        code.pop()
                            .pop()
                            .pop()
                            .lconst_0()
                            .invokestatic(
                                number, "valueOf", signature(number, ConstantDescs.CD_long))))));
  }

  /** Gives the first frame of a batch the last one's answer, and so on. */
  private static PlantedBug swapsAnswersOfABatch() {
    var list = type("java.util.ArrayList");
    return bug(
        "swaps the answers of a batch",
        "pressure",
        2,
        "dev.weft.fabric.stage.BatchRunner",
        new Edit(
            "cut",
            replaceCall(
                "java.util.ArrayList",
                "add",
                (code, _) ->
                    code.invokevirtual(
                            list,
                            "addFirst",
                            signature(ConstantDescs.CD_void, ConstantDescs.CD_Object))
                        .iconst_1())));
  }
}
