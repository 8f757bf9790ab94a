package dev.weft.sim.planted;

import static dev.weft.sim.planted.Changes.replaceCall;
import static dev.weft.sim.planted.Changes.signature;
import static dev.weft.sim.planted.Changes.type;

import dev.weft.sim.planted.PlantedBug.Change;
import dev.weft.sim.planted.PlantedBug.Edit;
import dev.weft.sim.scenario.Scenario;
import dev.weft.sim.scenario.Scenarios;
import java.lang.constant.ConstantDescs;
import java.time.Duration;
import java.util.List;

/** The bugs that the simulator must find in sessions over several sites. */
final class SiteBugs {

  private static final String SESSION = "dev.weft.fabric.session.";
  private static final String WORLD = "dev.weft.sim.world.";

  /** {@code regions} with few machines, for less than a minute. */
  static final String FEW_REGIONS = "regions, few";

  private SiteBugs() {}

  static Scenario scenario(String name) {
    return name.equals(FEW_REGIONS)
        ? Scenarios.regionsOf(3, Duration.ofSeconds(25))
        : Scenarios.named(name).orElseThrow();
  }

  static List<PlantedBug> all() {
    return List.of(
        bug(
            "lets a zombie write events that others have written",
            3,
            WORLD + "WorldJournal",
            "isTaken",
            replaceCall(
                WORLD + "JournalRows", "has", (code, _) -> code.pop2().pop().pop().iconst_0())),
        bug(
            "takes a session up that the other site has not released",
            9,
            SESSION + "SessionTransfer",
            "lambda$mend$1",
            takesAnyUp()),
        new PlantedBug(
            "takes a session up that the other region has not released",
            FEW_REGIONS,
            3,
            SESSION + "SessionTransfer",
            List.of(new Edit("lambda$mend$1", takesAnyUp()))),
        releasesBeforeItIsKept(),
        bug(
            "takes a session over in the epoch of its own process, be it the older one",
            3,
            SESSION + "SessionState",
            "epochOf",
            replaceCall("java.lang.Math", "max", (code, _) -> code.dup2_x2().pop2().pop2())));
  }

  private static Change takesAnyUp() {
    return replaceCall(SESSION + "Whereabouts", "equals", (code, _) -> code.pop2().iconst_1());
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

  private static PlantedBug bug(
      String name, int seedsMax, String className, String method, Change change) {
    return new PlantedBug(name, "sites", seedsMax, className, List.of(new Edit(method, change)));
  }
}
