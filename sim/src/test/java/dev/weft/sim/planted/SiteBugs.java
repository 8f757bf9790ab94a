package dev.weft.sim.planted;

import static dev.weft.sim.planted.Changes.branch;
import static dev.weft.sim.planted.Changes.replaceCall;
import static dev.weft.sim.planted.Changes.signature;
import static dev.weft.sim.planted.Changes.type;

import dev.weft.sim.planted.PlantedBug.Change;
import dev.weft.sim.planted.PlantedBug.Edit;
import java.lang.classfile.Opcode;
import java.lang.constant.ConstantDescs;
import java.util.List;

/** The bugs that the simulator must find in sites and in sessions over several of them. */
final class SiteBugs {

  private static final String SESSION = "dev.weft.fabric.session.";
  private static final String CLUSTER = "dev.weft.cluster.";
  private static final String WORLD = "dev.weft.sim.world.";

  private SiteBugs() {}

  static List<PlantedBug> all() {
    return List.of(
        bug(
            "lets a zombie write events that others have written",
            3,
            WORLD + "WorldJournal",
            "isTaken",
            replaceCall(
                WORLD + "JournalRows", "has", (code, _) -> code.pop2().pop().pop().iconst_0())),
        islands(
            "takes a session up that the other site has not released",
            3,
            SESSION + "SessionTransfer",
            "lambda$mend$1",
            replaceCall(SESSION + "Whereabouts", "equals", (code, _) -> code.pop2().iconst_1())),
        releasesBeforeItIsKept(),
        bug(
            "takes a session over in the epoch of its own process, be it the older one",
            3,
            SESSION + "SessionState",
            "epochOf",
            replaceCall("java.lang.Math", "max", (code, _) -> code.dup2_x2().pop2().pop2())),
        islands(
            "has the lesser part of a site go on",
            2,
            CLUSTER + "lease.SplitRule",
            "fullOf",
            replaceCall(
                "java.util.stream.Stream", "count", (code, call) -> code.with(call).lneg())),
        islands(
            "has the first node of a site wait for sites that are away",
            3,
            CLUSTER + "reunion.IslandRule",
            "rises",
            branch(Opcode.IFLT, 1, true)));
  }

  private static PlantedBug releasesBeforeItIsKept() {
    var future = type("java.util.concurrent.CompletableFuture");
    return bug(
        "releases a session that the other site does not keep",
        3,
        SESSION + "SessionTransfer",
        "offer",
        replaceCall(
            SESSION + "Sessions$At",
            "hold",
            (code, _) ->
                code.pop2()
                    .aconst_null()
                    .invokestatic(
                        future, "completedFuture", signature(future, ConstantDescs.CD_Object))));
  }

  private static PlantedBug islands(
      String name, int seedsMax, String className, String method, Change change) {
    return new PlantedBug(name, "islands", seedsMax, className, List.of(new Edit(method, change)));
  }

  private static PlantedBug bug(
      String name, int seedsMax, String className, String method, Change change) {
    return new PlantedBug(name, "sites", seedsMax, className, List.of(new Edit(method, change)));
  }
}
