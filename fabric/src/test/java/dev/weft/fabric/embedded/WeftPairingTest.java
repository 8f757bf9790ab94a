package dev.weft.fabric.embedded;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.weft.fabric.manifest.Pairing;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.PipelineManifest.Input;
import dev.weft.fabric.pairing.Offered;
import dev.weft.fabric.pairing.Offered.Answered;
import dev.weft.fabric.pairing.Offered.Joined;
import dev.weft.fabric.pairing.TimedInput;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.DropReason;
import dev.weft.fabric.pipeline.Graphs;
import dev.weft.stages.tensor.Shape;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pairing with the machine's clock and the timer of its actor. */
class WeftPairingTest {

  private static final Instant START = Instant.ofEpochSecond(1_000_000);
  private static final Duration TOLERANCE = Duration.ofMillis(20);

  /** Longer than any test takes. */
  private static final Duration NEVER = Duration.ofMinutes(10);

  private Weft weft;

  @BeforeEach
  void start() {
    weft =
        Weft.embedded(
            ConfigFactory.parseString("weft.fabric { leak-tracing = on, loops = 2 }")
                .withFallback(ConfigFactory.load()));
  }

  /** Closing names every leaked tensor, so each test here is a leak test too. */
  @AfterEach
  void stop() {
    weft.close();
  }

  @Test
  void soundThatComesEightyMillisecondsLaterMakesOneFrameWithItsPicture() throws Exception {
    var pipeline = deploy(NEVER);
    var picture = pipeline.offer(input("picture", 0, "a"));
    var later = CompletableFuture.delayedExecutor(80, MILLISECONDS);
    var sound =
        CompletableFuture.supplyAsync(() -> pipeline.offer(input("sound", 0, "a")), later)
            .thenCompose(offered -> offered);

    assertInstanceOf(Joined.class, sound.get(60, SECONDS));
    try (var answer = completed(picture)) {
      assertEquals(List.of(), answer.quality().unpaired());
      assertEquals(2, answer.outputs().size());
    }
  }

  @Test
  void aPictureWithoutSoundGoesOnMarkedUnpairedOnceTheLatenessIsOver() throws Exception {
    var pipeline = deploy(Duration.ofMillis(50));
    var before = System.nanoTime();
    var picture = pipeline.offer(input("picture", 0, "a"));

    try (var answer = completed(picture)) {
      var waited = Duration.ofNanos(System.nanoTime() - before);
      assertTrue(waited.compareTo(Duration.ofMillis(50)) >= 0, waited.toString());
      assertEquals(List.of("sound"), answer.quality().unpaired());
    }
    // The timer is set anew for what comes after it was idle.
    var sound = pipeline.offer(input("sound", 33, "a"));
    assertEquals(DropReason.UNPAIRED, dropped(sound));
  }

  @Test
  void unloadingDropsWhatWaits() throws Exception {
    var pipeline = deploy(NEVER);
    var waiting = new ArrayList<CompletableFuture<Offered>>();
    for (var i = 0; i < 5; i++) {
      waiting.add(pipeline.offer(input("picture", i, "a")));
    }
    pipeline.unload();

    for (var offered : waiting) {
      assertEquals(DropReason.UNLOADING, dropped(offered));
    }
    assertEquals(DropReason.UNLOADING, dropped(pipeline.offer(input("sound", 0, "a"))));
  }

  @Test
  void closingWeftDropsWhatWaits() throws Exception {
    var pipeline = deploy(NEVER);
    var picture = pipeline.offer(input("picture", 0, "a"));
    weft.close();

    assertEquals(DropReason.UNLOADING, dropped(picture));
  }

  @Test
  void aPipelineWithoutPairingTakesNoSingleInputs() {
    var stage = Graphs.stage("stage", "test/pass", List.of("one"), TestStages.SIGNATURE);
    var pipeline = weft.deploy(Graphs.chainOf(1), Map.of("stage", stage));
    try (var tensor = weft.tensors().floats(Shape.of(1), 1)) {
      var input = TimedInput.of("in", tensor, START);
      assertThrows(IllegalStateException.class, () -> pipeline.offer(input));
    }
  }

  /** Four sessions with two sources each, while timers expire what lags and all is unloaded. */
  @Test
  void underLoadEveryInputIsAnsweredExactlyOnce() throws Exception {
    var seed = System.nanoTime();
    var pipeline = deploy(Duration.ofMillis(1));
    var offers = new ConcurrentLinkedQueue<CompletableFuture<Offered>>();
    var sources = new ArrayList<Thread>();
    for (var source = 0; source < 8; source++) {
      var random = new Random(seed + source);
      var name = source % 2 == 0 ? "picture" : "sound";
      var session = "session " + source / 2;
      sources.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (var i = 0; i < 2_000; i++) {
                      offers.add(pipeline.offer(input(name, i * 10L + random.nextInt(8), session)));
                    }
                  }));
    }
    sources.get(0).join();
    pipeline.unload();
    for (var source : sources) {
      source.join();
    }

    var answered = 0L;
    var joined = 0;
    for (var offer : offers) {
      switch (offer.get(60, SECONDS)) {
        case Answered(var answer) -> {
          answered++;
          answer.close();
        }
        case Joined _ -> joined++;
      }
    }
    var counters = pipeline.counters();
    assertEquals(8 * 2_000, answered + joined, "seed " + seed);
    assertEquals(counters.offeredCount(), answered, "seed " + seed);
    assertEquals(
        answered,
        counters.completedCount() + counters.droppedCount() + counters.failedCount(),
        "seed " + seed);
    assertEquals(0, counters.failedCount(), "seed " + seed);
  }

  private Pipeline deploy(Duration lateness) {
    var plain =
        Graphs.pipeline(
            List.of(Graphs.input("picture"), new Input(Graphs.input("sound").spec(), false)),
            List.of(
                Graphs.step("see", "stage", "x=picture"), Graphs.step("hear", "stage", "x=sound")),
            List.of(Graphs.output("seen", "see.y"), Graphs.output("heard", "hear.y")),
            List.of(),
            List.of());
    var pairing =
        new Pairing(
            "session",
            List.of("picture", "sound"),
            TOLERANCE.compareTo(lateness) > 0 ? lateness : TOLERANCE,
            lateness,
            32);
    return weft.deploy(
        paired(plain, pairing),
        Map.of("stage", Graphs.stage("stage", "test/pass", List.of("one"), TestStages.SIGNATURE)));
  }

  private static PipelineManifest paired(PipelineManifest m, Pairing pairing) {
    return new PipelineManifest(
        m.origin(),
        m.name(),
        m.summary(),
        m.owner(),
        m.deadline(),
        m.lane(),
        m.door(),
        Optional.of(pairing),
        m.capture(),
        m.reach(),
        m.inputs(),
        m.steps(),
        m.outputs(),
        m.state(),
        m.gates(),
        m.splits(),
        m.labels());
  }

  private TimedInput input(String name, long atMillis, String session) {
    var tensor = weft.tensors().floats(Shape.of(1), atMillis);
    return TimedInput.of(name, tensor, START.plusMillis(atMillis)).with("session", session);
  }

  private static Answer.Completed completed(CompletableFuture<Offered> offered) throws Exception {
    return assertInstanceOf(Answer.Completed.class, answer(offered));
  }

  private static DropReason dropped(CompletableFuture<Offered> offered) throws Exception {
    return assertInstanceOf(Answer.Dropped.class, answer(offered)).reason();
  }

  private static Answer answer(CompletableFuture<Offered> offered) throws Exception {
    return assertInstanceOf(Answered.class, offered.get(60, SECONDS)).answer();
  }
}
