package dev.weft.app.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.nio.file.Files;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Keeps what ARCHITECTURE.md says about modules, rooms and boundaries true. */
class ArchitectureTest {

  private static final JavaClasses WEFT = Modules.CLASSES;

  /** Where time, randomness, threads and files come in as arguments. */
  private static final String[] INSIDE = {
    "dev.weft.stages..",
    "dev.weft.persistence..",
    "dev.weft.fabric..",
    "dev.weft.supervisor..",
    "dev.weft.cluster.."
  };

  /** Endings of the classes that hold effects of the actor system. */
  private static final List<String> SHELLS =
      List.of(
          "Actor",
          "Entity",
          "Guardian",
          "Codec",
          "Extension",
          "Mailbox",
          "Dispatcher",
          "Placement",
          "Lease");

  /** What stands outside the actor system and speaks with it for those who know no actors. */
  private static final Set<String> OUTER_SHELLS =
      Set.of(
          "Weft",
          "NodeCalls",
          "SessionDesk",
          "Sessions",
          "Rollouts",
          "ClusterNode",
          "Main",
          "ArterySecurity");

  /**
   * What looks after the processes of stages: it waits, restarts, kills and sweeps, which no stage
   * and no actor does. What it decides is decided by its neighbours, which know no clock.
   */
  private static final Set<String> PROCESS_KEEPERS =
      Set.of(
          "Supervisor",
          "Link",
          "ChildProcess",
          "StageProcess",
          "Waiter",
          "RegionFile",
          "StaleFiles");

  /** The one thread of a trace store; a simulation steps the store in its stead. */
  private static final String STORE_THREAD = "dev.weft.persistence.segment.WriterThread";

  @Test
  void modulesDependDownwardsOnly() {
    for (var i = 0; i < Modules.NAMES.size(); i++) {
      for (var above : Modules.NAMES.subList(i + 1, Modules.NAMES.size())) {
        noClasses()
            .that()
            .resideInAPackage("dev.weft." + Modules.NAMES.get(i) + "..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.weft." + above + "..")
            .check(WEFT);
      }
    }
  }

  @Test
  void packagesOfAModuleFormNoCycle() {
    for (var module : Modules.NAMES) {
      slices()
          .matching("dev.weft." + module + ".(*)..")
          .should()
          .beFreeOfCycles()
          .allowEmptyShould(true)
          .check(WEFT);
    }
  }

  @Test
  void akkaIsSpokenInShellsOnly() {
    noClasses()
        .that(not(shell()))
        .and()
        .resideOutsideOfPackages("dev.weft.sim.world..", "dev.weft.sim.node..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("akka..")
        .because(
            "decisions live in classes that know no actor; shells end in "
                + SHELLS
                + ", and a simulation's world is what actors run on")
        .check(WEFT);
  }

  @Test
  void onnxRuntimeIsSpokenInOnePackage() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.weft.stages.onnx..")
        .and()
        .resideOutsideOfPackage("dev.weft.bench..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.onnxruntime..")
        .because("a second runtime must find one door; bench alone runs it raw, as the baseline")
        .check(WEFT);
  }

  @Test
  void httpIsSpokenInOnePackage() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.weft.gateway.http..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.helidon..")
        .because("what a request means is decided where no HTTP stack is known")
        .check(WEFT);
  }

  /** And by the bench's clients, who stand before one of them. */
  @Test
  void grpcIsSpokenAtTheTwoDoorsOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "dev.weft.gateway.grpc..", "dev.weft.link..", "dev.weft.bench.gateway..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.grpc..")
        .because("what a request means is decided where no gRPC stack is known")
        .check(WEFT);
  }

  @Test
  void certificatesAreMadeInOnePackage() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.weft.link.certificate..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.bouncycastle..")
        .because("all else works with the JDK's own certificates")
        .check(WEFT);
  }

  @Test
  void openTelemetryIsSpokenInOnePackage() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.weft.gateway.tracing..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.opentelemetry..")
        .because("it is loaded only where there is somewhere to send spans to")
        .check(WEFT);
  }

  @Test
  void timeComesInAsAnArgument() {
    noClasses()
        .that()
        .resideInAnyPackage(INSIDE)
        .and()
        .doNotHaveSimpleName("SystemClock")
        .and()
        .doNotHaveFullyQualifiedName(STORE_THREAD)
        .and(not(processKeeper()))
        .should()
        .callMethod(java.time.Instant.class, "now")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .because("a FabricClock or RunContext tells the time, so that runs can be repeated")
        .check(WEFT);
  }

  @Test
  void randomnessAndThreadsComeInAsArguments() {
    noClasses()
        .that()
        .resideInAnyPackage(INSIDE)
        .and()
        .resideOutsideOfPackage("dev.weft.stages.testkit..")
        .and()
        .doNotHaveFullyQualifiedName(STORE_THREAD)
        .and(not(processKeeper()))
        .should()
        .callMethod(Math.class, "random")
        .orShould()
        .callConstructor(Random.class)
        .orShould()
        .callConstructor(Thread.class, Runnable.class)
        .orShould()
        .callMethod(Thread.class, "sleep", long.class)
        .orShould()
        .callMethod(Thread.class, "ofPlatform")
        .orShould()
        .callMethod(Thread.class, "ofVirtual")
        .because("RunContext.seed() seeds what is random, and dispatchers own the threads")
        .check(WEFT);
  }

  @Test
  void filesAreTouchedAtTheBoundaryOnly() {
    noClasses()
        .that()
        .resideInAnyPackage(INSIDE)
        .and()
        .doNotHaveFullyQualifiedName("dev.weft.persistence.disk.FolderDisk")
        .and()
        .resideOutsideOfPackage("dev.weft.persistence.journal..")
        .and(not(fileBoundary()))
        .should()
        .dependOnClassesThat(
            describe("open files", c -> c.isEquivalentTo(Files.class) || isFileStream(c)))
        .because(
            "files are read by factories, classes named *File(s), what loads an artifact, and what"
                + " keeps facts on a disk")
        .check(WEFT);
  }

  @Test
  void messagesAreRecordsOrEnumsOfASealedProtocol() {
    classes()
        .that()
        .implement(describe("an actor's protocol", ArchitectureTest::isProtocol))
        .and()
        .areNotInterfaces()
        .should()
        .beAssignableTo(describe("a record or enum", c -> c.isRecord() || c.isEnum()))
        .check(WEFT);
    classes()
        .that(describe("protocols", ArchitectureTest::isProtocol))
        .should(
            com.tngtech.archunit.lang.conditions.ArchConditions.be(
                describe("sealed", c -> c.reflect().isSealed())))
        .check(WEFT);
  }

  @Test
  void utilityDrawersDoNotExist() {
    noClasses().should().haveNameMatching(".*(Util|Utils|Helper|Helpers|Manager|Impl)").check(WEFT);
  }

  @Test
  void everyPackageIsNullMarked() {
    var unmarked = new TreeSet<String>();
    WEFT.stream()
        .filter(c -> !Modules.isGenerated(c))
        .filter(c -> !isNullMarked(c))
        .forEach(c -> unmarked.add(c.getPackageName()));
    assertEquals(Set.of(), unmarked, "packages without a @NullMarked package-info.java");
  }

  private static boolean isNullMarked(JavaClass weftClass) {
    return weftClass
        .getPackage()
        .tryGetAnnotationOfType(org.jspecify.annotations.NullMarked.class)
        .isPresent();
  }

  private static DescribedPredicate<JavaClass> shell() {
    return describe(
        "are shells",
        c -> {
          var outer = outermost(c).getSimpleName();
          return OUTER_SHELLS.contains(outer) || SHELLS.stream().anyMatch(outer::endsWith);
        });
  }

  private static DescribedPredicate<JavaClass> processKeeper() {
    return resideInAPackage("dev.weft.stages.process")
        .and(
            describe(
                "look after processes",
                c -> PROCESS_KEEPERS.contains(outermost(c).getSimpleName())));
  }

  private static DescribedPredicate<JavaClass> fileBoundary() {
    return resideInAPackage("dev.weft.stages.input..")
        .or(resideInAPackage("dev.weft.stages.onnx.."))
        .or(resideInAPackage("dev.weft.stages.testkit.."))
        .or(
            describe(
                "read files",
                c -> {
                  var outer = outermost(c).getSimpleName();
                  return outer.matches(".*Files?")
                      || outer.endsWith("Factory")
                      || outer.startsWith("Tokenizer");
                }));
  }

  private static boolean isFileStream(JavaClass used) {
    return used.getName().startsWith("java.io.File");
  }

  private static boolean isProtocol(JavaClass candidate) {
    return candidate.isInterface()
        && (candidate.getSimpleName().equals("Command")
            || candidate.getSimpleName().equals("Event"))
        && candidate.getModifiers().contains(JavaModifier.STATIC);
  }

  private static JavaClass outermost(JavaClass weftClass) {
    var outer = weftClass;
    while (outer.getEnclosingClass().isPresent()) {
      outer = outer.getEnclosingClass().get();
    }
    return outer;
  }
}
