package dev.weft.app.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Keeps what ARCHITECTURE.md says about modules, rooms and boundaries true. */
class ArchitectureTest {

  private static final JavaClasses WEFT =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.weft");

  /** Modules from the bottom up; each may use those before it. */
  private static final List<String> MODULES =
      List.of(
          "client",
          "api",
          "stages",
          "persistence",
          "link",
          "fabric",
          "supervisor",
          "gateway",
          "sim",
          "bench",
          "app");

  /** Where time, randomness, threads and files come in as arguments. */
  private static final String[] INSIDE = {
    "dev.weft.stages..", "dev.weft.persistence..", "dev.weft.fabric..", "dev.weft.supervisor.."
  };

  private static final String PICTURE_BEGIN = "<!-- modules -->";
  private static final String PICTURE_END = "<!-- /modules -->";

  /** Endings of the classes that hold effects of the actor system. */
  private static final List<String> SHELLS =
      List.of("Actor", "Entity", "Guardian", "Codec", "Extension", "Mailbox", "Dispatcher");

  /** What stands outside the actor system and speaks with it for those who know no actors. */
  private static final Set<String> OUTER_SHELLS =
      Set.of("Weft", "NodeCalls", "SessionDesk", "Sessions", "Rollouts", "Main");

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
    for (var i = 0; i < MODULES.size(); i++) {
      for (var above : MODULES.subList(i + 1, MODULES.size())) {
        noClasses()
            .that()
            .resideInAPackage("dev.weft." + MODULES.get(i) + "..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.weft." + above + "..")
            .check(WEFT);
      }
    }
  }

  @Test
  void packagesOfAModuleFormNoCycle() {
    for (var module : MODULES) {
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
        .filter(c -> !isGenerated(c))
        .filter(c -> !isNullMarked(c))
        .forEach(c -> unmarked.add(c.getPackageName()));
    assertEquals(Set.of(), unmarked, "packages without a @NullMarked package-info.java");
  }

  /** The picture in ARCHITECTURE.md is this one, so it cannot lie; WEFT_DRAW=1 draws it anew. */
  @Test
  void theModulePictureIsTrue() throws IOException {
    var file = Path.of(System.getProperty("weft.root", "..")).resolve("ARCHITECTURE.md");
    var page = Files.readString(file);
    var begin = page.indexOf(PICTURE_BEGIN);
    var end = page.indexOf(PICTURE_END);
    assertTrue(begin >= 0 && begin < end, file + ": no " + PICTURE_BEGIN + " ... " + PICTURE_END);
    var drawn = PICTURE_BEGIN + "\n```\n" + picture() + "```\n";
    if (System.getenv().containsKey("WEFT_DRAW")) {
      Files.writeString(file, page.substring(0, begin) + drawn + page.substring(end));
    } else {
      assertEquals(drawn, page.substring(begin, end), "draw it anew: WEFT_DRAW=1 ./weft test");
    }
  }

  private static String picture() {
    var packages = new TreeMap<String, Set<String>>();
    var uses = new TreeMap<String, Set<String>>();
    for (var weftClass : WEFT) {
      if (isGenerated(weftClass)) {
        continue;
      }
      var module = module(weftClass);
      packages
          .computeIfAbsent(module, _ -> new TreeSet<>())
          .add(weftClass.getPackageName().substring(("dev.weft." + module).length()));
      for (var dependency : weftClass.getDirectDependenciesFromSelf()) {
        if (dependency.getTargetClass().getPackageName().startsWith("dev.weft.")) {
          var used = module(dependency.getTargetClass());
          if (!used.equals(module)) {
            uses.computeIfAbsent(module, _ -> new TreeSet<>()).add(used);
          }
        }
      }
    }
    var text = new StringBuilder();
    for (var module : MODULES.reversed()) {
      var nouns =
          packages.getOrDefault(module, Set.of()).stream()
              .filter(name -> !name.isEmpty())
              .map(name -> name.substring(1))
              .toList();
      var below = MODULES.stream().filter(uses.getOrDefault(module, Set.of())::contains).toList();
      text.append("%-11s %s%n".formatted(module, String.join(" ", nouns)).stripTrailing())
          .append('\n');
      if (!below.isEmpty()) {
        text.append("            uses ").append(String.join(", ", below)).append('\n');
      }
    }
    return text.toString();
  }

  private static String module(JavaClass weftClass) {
    return weftClass.getPackageName().split("\\.", -1)[2];
  }

  private static boolean isGenerated(JavaClass weftClass) {
    var name = weftClass.getPackageName();
    return name.contains("generated") || name.startsWith("dev.weft.api.");
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
