package dev.weft.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.weft.app.tracing.OperatedReplays;
import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.embedded.Recording;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.embedded.WeftException;
import dev.weft.fabric.pipeline.Request;
import dev.weft.fabric.reading.ManifestFiles;
import dev.weft.fabric.reading.ManifestFiles.Verify;
import dev.weft.gateway.observatory.RememberedFrame;
import dev.weft.persistence.disk.FolderDisk;
import dev.weft.persistence.segment.SegmentStore;
import dev.weft.persistence.trace.TraceQuery;
import dev.weft.persistence.trace.TraceSettings;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageKinds;
import dev.weft.stages.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Recorded frames run again beside the node that records them, with real models. */
class OperatedReplaysIT {

  private static final Config CONFIG =
      ConfigFactory.parseString("weft.fabric { leak-tracing = on, loops = 2, load.enabled = off }")
          .withFallback(ConfigFactory.load());

  @TempDir private Path folder = Path.of("");
  private final List<AutoCloseable> open = new ArrayList<>();
  private final AtomicReference<Consumer<TraceQuery>> asked = new AtomicReference<>(_ -> {});
  private Weft weft;
  private OperatedReplays replays;
  private Pipeline answer;

  @BeforeEach
  void start() throws IOException {
    var manifests = Files.createDirectory(folder.resolve("m"));
    var manifest = Manifests.classifying(manifests);
    var quiet = Files.readString(manifest);
    Files.writeString(manifest, quiet + "trace: {capture: inputs, sample: 100}\n");
    Files.writeString(
        manifests.resolve("quiet.yaml"), quiet.replace("name: answer", "name: quiet"));
    var settings = TraceSettings.from(CONFIG);
    var store = SegmentStore.open(FolderDisk.at(folder.resolve("buffer")), settings);
    var noted = new NotedStore(store, query -> asked.get().accept(query));
    var recording = Recording.to(noted, settings, CONFIG);
    weft = Weft.recording(CONFIG, recording);
    open.add(weft);
    weft.load(manifests);
    answer = weft.pipeline("answer");
    replays = new OperatedReplays(weft, recording, folder.resolve("buffer"));
    open.add(replays);
  }

  @AfterEach
  void stop() throws Exception {
    for (var each : open.reversed()) {
      each.close();
    }
  }

  /** Runs one frame, and waits until it can be read from the buffer. */
  private RememberedFrame ran() throws InterruptedException {
    var input = weft.tensors().floats(Shape.of(1, 4), 1, 2, 3, 4);
    try (var done = answer.infer(Request.of("features", input))) {
      var timings = done.timings();
      var frame =
          new RememberedFrame(
              "answer", timings.frame().orElseThrow(), "", Instant.now(), timings.total());
      var until = System.nanoTime() + 20_000_000_000L;
      while (System.nanoTime() < until && !isRecorded(frame)) {
        LockSupport.parkNanos(1_000_000);
      }
      return frame;
    }
  }

  private boolean isRecorded(RememberedFrame frame) {
    try {
      replays.replay(frame, Map.of());
      return true;
    } catch (WeftException e) {
      assertEquals(ErrorCode.NOT_FOUND, e.code(), e.getMessage());
      return false;
    }
  }

  private static Map<?, ?> only(@Nullable Object list) {
    var all = (List<?>) Objects.requireNonNull(list);
    assertEquals(1, all.size());
    return (Map<?, ?>) all.getFirst();
  }

  private static double number(Map<?, ?> object, String field) {
    return (double) Objects.requireNonNull(object.get(field), object::toString);
  }

  @Test
  void aFrameComesOutByteForByteWhileOthersFlow() throws Exception {
    var frame = ran();
    var isOver = new CountDownLatch(1);
    var load =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (isOver.getCount() > 0) {
                    var input = weft.tensors().floats(Shape.of(1, 4), 4, 3, 2, 1);
                    answer.infer(Request.of("features", input)).close();
                  }
                });
    try {
      var done = replays.replay(frame, Map.of());
      assertEquals(true, done.get("exact"), done::toString);
      assertEquals("every byte is as recorded", done.get("verdict"));
      assertEquals(List.of(), done.get("fingerprintDifferences"));
      assertEquals(true, done.get("sameManifest"));
      var step = only(done.get("steps"));
      assertEquals("plain", step.get("variant"));
      assertEquals("plain", step.get("recordedVariant"));
      assertTrue(number(step, "ranMillis") > 0, step::toString);
      var output = only(done.get("outputs"));
      assertEquals("logits exact", output.get("output") + " " + output.get("closeness"));
    } finally {
      isOver.countDown();
      load.join();
    }
  }

  @Test
  void anotherVariantTellsHowFarItsOutputsAreOff() throws Exception {
    var frame = ran();

    var again = replays.replay(frame, Map.of("classify", "again"));
    assertEquals(true, again.get("exact"), again::toString);
    assertEquals("again", only(again.get("steps")).get("variant"));

    var swapped = replays.replay(frame, Map.of("classify", "swapped"));
    assertEquals(false, swapped.get("exact"), swapped::toString);
    assertTrue(number(only(swapped.get("outputs")), "largest") > 0, swapped::toString);
    assertTrue(
        String.valueOf(swapped.get("verdict"))
            .startsWith("not all is as recorded; 'logits' is off by"),
        swapped::toString);
    assertEquals(Map.of("classify", "swapped"), swapped.get("variants"));
  }

  @Test
  void whatIsNotThereIsRefusedWithWhatIs() throws Exception {
    var frame = ran();
    refused(ErrorCode.INVALID_INPUT, "stage 'nosuch' (expected: one", frame, "nosuch", "plain");
    refused(ErrorCode.INVALID_INPUT, "variant: 'nosuch'", frame, "classify", "nosuch");
    var other = new RememberedFrame("answer", 999, "", Instant.now(), frame.took());
    assertEquals(
        ErrorCode.NOT_FOUND,
        assertThrows(WeftException.class, () -> replays.replay(other, Map.of())).code());
    Files.writeString(folder.resolve("m/swapped.onnx"), "another model");
    refused(ErrorCode.FAILED_PRECONDITION, "swapped.onnx", frame, "classify", "swapped");
    assertEquals(true, replays.replay(frame, Map.of()).get("exact"), "others still are");
  }

  private void refused(
      ErrorCode code, String said, RememberedFrame frame, String stage, String variant) {
    var refused =
        assertThrows(WeftException.class, () -> replays.replay(frame, Map.of(stage, variant)));
    assertEquals(code, refused.code(), refused.getMessage());
    assertTrue(String.valueOf(refused.getMessage()).contains(said), refused.getMessage());
  }

  @Test
  void oneIsReplayedAtATime() throws Exception {
    var frame = ran();
    var isOver = new CountDownLatch(1);
    var other =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (isOver.getCount() > 0) {
                    outcome(frame);
                  }
                });
    var until = System.nanoTime() + 20_000_000_000L;
    var seen = new TreeSet<String>();
    while (seen.size() < 2 && System.nanoTime() < until) {
      seen.add(outcome(frame));
    }
    isOver.countDown();
    other.join();
    assertEquals(
        Set.of("every byte is as recorded", "a replay is under way (expected: one at a time)"),
        seen);
  }

  private String outcome(RememberedFrame frame) {
    try {
      return String.valueOf(replays.replay(frame, Map.of()).get("verdict"));
    } catch (WeftException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @Test
  void noMoreIsReadThanLiesAroundTheFrame() throws Exception {
    var frame = ran();
    var queries = Collections.synchronizedList(new ArrayList<TraceQuery>());
    asked.set(queries::add);

    var done = replays.replay(frame, Map.of());

    assertEquals(2, queries.size(), queries::toString);
    for (var query : queries) {
      assertTrue(query.from().isAfter(frame.admittedAt().minusSeconds(5)), query::toString);
      assertTrue(query.to().isBefore(frame.answeredAt().plusSeconds(5)), query::toString);
    }
    assertEquals(List.of(), done.get("fingerprintDifferences"), "the recorder tells it");
  }

  @Test
  void aVariantThatRanAndIsNotServedAnyMoreIsNamed() throws Exception {
    answer.swap("classify", "again").join();
    var frame = ran();
    var stages = folder.resolve("m/stages.yaml");
    Files.write(
        stages, Files.readAllLines(stages).stream().filter(x -> !x.contains("again")).toList());
    var read =
        ManifestFiles.read(folder.resolve("m"), StageKinds.discover(), Verify.STRUCTURE_ONLY)
            .manifests();
    var next = weft.prepare(answer.manifest(), Map.of("classify", read.stages().get("classify")));
    weft.exchange(List.of(answer), List.of(next));
    answer.unload();

    var refused = assertThrows(WeftException.class, () -> replays.replay(frame, Map.of()));

    assertEquals(ErrorCode.FAILED_PRECONDITION, refused.code(), refused.getMessage());
    assertEquals(
        "variant: 'again' of stage 'classify' ran then (expected: one that is served now: plain,"
            + " swapped)",
        refused.getMessage());
    assertEquals(true, replays.replay(frame, Map.of("classify", "plain")).get("exact"));
  }

  /** So that a server lets no more in while the one under way comes to its end. */
  @Test
  void theEndIsNotWaitedForAndEndsTheOneUnderWay() throws Exception {
    var frame = ran();
    var begun = new CountDownLatch(1);
    var mayGoOn = new CountDownLatch(1);
    asked.set(
        _ -> {
          begun.countDown();
          await(mayGoOn);
        });
    var under = CompletableFuture.supplyAsync(() -> replays.replay(frame, Map.of()));
    await(begun);

    replays.end();

    assertFalse(under.isDone());
    assertEnded("the server ends, and replays no more", () -> replays.replay(frame, Map.of()));
    mayGoOn.countDown();
    assertEnded(
        "the replay was ended, as the server ends",
        () -> {
          try {
            under.get(20, TimeUnit.SECONDS);
          } catch (ExecutionException e) {
            throw e.getCause();
          }
        });
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(20, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void assertEnded(String said, Executable replay) {
    var ended = assertThrows(WeftException.class, replay);
    assertEquals(ErrorCode.UNAVAILABLE, ended.code(), ended.getMessage());
    assertTrue(String.valueOf(ended.getMessage()).startsWith(said), ended.getMessage());
  }

  @Test
  void aPipelineThatRecordsNoInputsOffersNone() {
    var frame = new RememberedFrame("quiet", 0, "", Instant.now(), Duration.ZERO);

    var offer = replays.offer(frame);

    assertEquals(false, offer.get("offered"));
    assertTrue(
        String.valueOf(offer.get("why")).contains("'quiet' records nothing"), offer::toString);
    var refused = assertThrows(WeftException.class, () -> replays.replay(frame, Map.of()));
    assertEquals(ErrorCode.FAILED_PRECONDITION, refused.code());
  }

  @Test
  void afterItsEndNoneIsReplayedAndWhatWasOfferedIsDoneOnTheCommandLine() throws Exception {
    var frame = ran();
    var command = replays.command(frame);
    assertTrue(command.startsWith("./weft replay '" + folder.resolve("buffer")), command);
    replays.close();
    assertEnded("the server ends, and replays no more", () -> replays.replay(frame, Map.of()));
    weft.close();
    open.clear();

    var arguments = command.replace("./weft ", "").replace("'", "").split(" ");
    var replayed = Cli.run(folder, arguments);

    assertEquals(0, replayed.code(), replayed.err());
    assertFalse(replayed.out().contains("not all is as recorded"), replayed.out());
    assertTrue(replayed.out().endsWith("every byte is as recorded\n"), replayed.out());
  }
}
