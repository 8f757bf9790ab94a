package dev.weft.supervisor.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.pipeline.Request;
import dev.weft.fabric.pipeline.TrialEvent;
import dev.weft.stages.tensor.Shape;
import dev.weft.supervisor.rollout.RolloutPlan;
import dev.weft.supervisor.rollout.Traffic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Steps of one stage in several pipelines, brought to what a rollout wants. */
class StageTrafficTest {

  private static final String STAGE =
      """
      apiVersion: weft/v1
      kind: Stage
      name: score
      summary: Scores a number.
      owner: tests@example.com
      uses: test/score
      variants: [{name: stable}, {name: good}, {name: unloadable}]
      """;

  private static final String PIPELINE =
      """
      apiVersion: weft/v1
      kind: Pipeline
      name: %s
      summary: Scores numbers.
      owner: tests@example.com
      deadline: 10s
      inputs: [{name: x, datatype: FP32, shape: [n]}]
      steps: [{name: score, stage: score, inputs: {x: x}}]
      outputs: {scores: score.scores}
      """;

  @TempDir private Path folder;

  private final ConcurrentLinkedQueue<TrialEvent> told = new ConcurrentLinkedQueue<>();
  private Optional<StageManifest> declared = Optional.empty();
  private Weft weft;
  private StageTraffic traffic;

  @BeforeEach
  void start() {
    weft =
        Weft.embedded(
            ConfigFactory.parseString(
                    "weft.fabric { leak-tracing = on, loops = 1, load.enabled = off }")
                .withFallback(ConfigFactory.load()));
    traffic =
        new StageTraffic(
            weft::pipelines, "score", new TrialObservers(weft::pipelines), () -> declared, _ -> {});
    traffic.observe(told::add);
  }

  @AfterEach
  void stop() {
    weft.close();
  }

  @Test
  void oneStepThatCannotBeBroughtThereKeepsNoOtherFromIt() throws IOException {
    var one = deploy("one", STAGE.replace("{name: good}, ", ""));
    var two = deploy("two", STAGE);

    var failed = assertThrows(CompletionException.class, traffic.apply(beside("good", 0))::join);

    assertTrue(String.valueOf(failed.getMessage()).contains("'good'"), failed.getMessage());
    assertEquals(Optional.empty(), candidate(one));
    assertEquals(Optional.of("good"), candidate(two));
  }

  /** A process that ended while it loaded a candidate had it taken back for good. */
  @Test
  void aPipelineThatIsUnloadedMeanwhileSaysNothingOfTheCandidate() throws IOException {
    var deployed = new AtomicReference<>(List.of(deploy("one", STAGE)));
    var ending =
        new StageTraffic(
            () -> deployed.getAndSet(List.of()),
            "score",
            new TrialObservers(weft::pipelines),
            () -> declared,
            _ -> {});

    ending.apply(beside("unloadable", 0)).join();

    assertTrue(ending.obstacle(beside("unloadable", 0)).isPresent(), "nor is it loaded");
  }

  @Test
  void whatIsTakenBackStaysSoWhateverIsAppliedUntilItIsAdmitted() throws IOException {
    var pipeline = deploy("one", STAGE);
    traffic.admit();
    traffic.apply(beside("good", RolloutPlan.WHOLE)).join();
    assertTrue(isByCandidate(pipeline));

    traffic.takeBack(false);
    assertTrue(!isByCandidate(pipeline));
    traffic.apply(beside("good", RolloutPlan.WHOLE)).join();
    assertTrue(!isByCandidate(pipeline));

    traffic.admit();
    traffic.apply(beside("good", RolloutPlan.WHOLE)).join();
    assertTrue(isByCandidate(pipeline));
  }

  /** The variant that was replaced is still loaded, so it can answer before anything is stored. */
  @Test
  void underTheWatchWhatWasReplacedAnswersAtOnce() throws IOException {
    var pipeline = deploy("one", STAGE);
    traffic.admit();
    traffic.apply(watched()).join();
    assertEquals("good", running(pipeline));
    assertTrue(!isByCandidate(pipeline));

    traffic.takeBack(true);

    assertTrue(isByCandidate(pipeline));
    traffic.apply(watched()).join();
    assertTrue(isByCandidate(pipeline));
    traffic.apply(alone("stable")).join();
    assertEquals("stable", running(pipeline));
    assertEquals(Optional.empty(), candidate(pipeline));
  }

  /** The simulator found it: what was held for one rollout gave the next one's candidate all. */
  @Test
  void aCandidateOfTheNextRolloutHasNothingOfWhatTheLastOneWasHeldTo() throws IOException {
    var pipeline = deploy("one", STAGE);
    traffic.admit();
    traffic.apply(watched()).join();
    traffic.takeBack(true);
    traffic.apply(alone("stable")).join();

    var next = new Traffic.Trial("score#2", "good", 0, 0);
    traffic
        .apply(new Traffic(Optional.of("stable"), List.of("stable"), Optional.of(next), true))
        .join();

    assertEquals(Optional.of("good"), candidate(pipeline));
    assertTrue(!isByCandidate(pipeline));
  }

  @Test
  void aPipelineThatComesWhileAStepIsUnderWayIsObservedToo() throws IOException {
    deploy("one", STAGE);
    traffic.admit();
    traffic.apply(beside("good", RolloutPlan.WHOLE)).join();

    var late = deploy("two", STAGE);
    traffic.apply(beside("good", RolloutPlan.WHOLE)).join();

    assertTrue(isByCandidate(late));
    assertTrue(told.stream().anyMatch(event -> event.frame().pipeline().equals("two")), "" + told);
  }

  @Test
  void saysWhyNothingCanBeBroughtAboutAndWhenItCan() throws IOException {
    assertEquals(
        Optional.of("no step runs stable of stage 'score' now"),
        traffic.obstacle(beside("new", 0)));
    deploy("one", STAGE);

    var why = traffic.obstacle(beside("new", 0)).orElseThrow();

    assertTrue(why.startsWith("variant 'new' of stage 'score' is declared nowhere"), why);
    assertEquals(Optional.empty(), traffic.obstacle(beside("good", 0)));
    var later = weft.load(write("later", STAGE.replace("good", "new"))).getFirst();
    declared = Optional.ofNullable(later.stages().get("score"));
    later.unload();
    assertEquals(Optional.empty(), traffic.obstacle(beside("new", 0)));
  }

  private static Traffic beside(String candidate, int answers) {
    return new Traffic(
        Optional.of("stable"),
        List.of("stable"),
        Optional.of(new Traffic.Trial("score#1", candidate, answers, 0)),
        true);
  }

  private static Traffic watched() {
    return new Traffic(
        Optional.of("good"),
        List.of("stable", "good"),
        Optional.of(new Traffic.Trial("score#1", "stable", 0, 500)),
        true);
  }

  private static Traffic alone(String variant) {
    return new Traffic(Optional.of(variant), List.of("stable", "good"), Optional.empty(), true);
  }

  private Pipeline deploy(String name, String stage) throws IOException {
    return weft.load(write(name, stage)).getFirst();
  }

  private Path write(String name, String stage) throws IOException {
    var place = Files.createDirectory(folder.resolve(name));
    Files.writeString(place.resolve("stage.yaml"), stage);
    Files.writeString(place.resolve("pipeline.yaml"), PIPELINE.formatted(name));
    return place;
  }

  private boolean isByCandidate(Pipeline pipeline) {
    var before = told.size();
    var x = weft.tensors().floats(Shape.of(1), 0.5f);
    pipeline.infer(Request.of("x", x).with("session", "visitor")).close();
    return told.stream()
        .skip(before)
        .anyMatch(event -> event instanceof TrialEvent.Ran ran && ran.isCandidate());
  }

  private static String running(Pipeline pipeline) {
    return StagePlace.all(List.of(pipeline), "score").getFirst().running();
  }

  private static Optional<String> candidate(Pipeline pipeline) {
    return StagePlace.all(List.of(pipeline), "score").getFirst().candidate();
  }
}
