package dev.weft.fabric.embedded;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.weft.fabric.manifest.Batching;
import dev.weft.fabric.manifest.ManifestException;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.DropReason;
import dev.weft.fabric.pipeline.Graphs;
import dev.weft.fabric.pipeline.Request;
import dev.weft.fabric.sequence.SequenceEnd;
import dev.weft.fabric.sequence.SequenceStep;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.testkit.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A recurrent model behind sequences, on real loops, with the machine's clock. */
class WeftSequencesTest {

  @TempDir private Path folder = Path.of("");
  private Weft weft = start("");

  private static Weft start(String settings) {
    return Weft.embedded(
        ConfigFactory.parseString("weft.fabric { " + settings + " }")
            .withFallback(ConfigFactory.parseString("weft.fabric { leak-tracing = on, loops = 2 }"))
            .withFallback(ConfigFactory.load()));
  }

  /** Closing names every leaked tensor, so each test here is a leak test too. */
  @AfterEach
  void stop() {
    weft.close();
  }

  private SingleModel model() throws IOException {
    var file = Files.write(folder.resolve("sum.onnx"), TinyModels.leakySum(1, 1));
    return SingleModel.of("sum", file);
  }

  private Pipeline deploy() throws IOException {
    return deploy(Map.of("h", "hN"));
  }

  private Pipeline deploy(Map<String, String> state) throws IOException {
    var model = model();
    return weft.deploy(model.pipeline().carrying(state), Map.of("sum", model.stage()));
  }

  private CompletableFuture<Answer> submit(Pipeline pipeline, SequenceStep step, float x) {
    return pipeline.submit(Request.of("x", weft.tensors().floats(Shape.of(1, 1), x)), step);
  }

  private static float y(CompletableFuture<Answer> coming) throws Exception {
    try (var answer = assertInstanceOf(Answer.Completed.class, coming.get(60, SECONDS))) {
      return answer.output("y").toFloats()[0];
    }
  }

  /**
   * Frames of several sequences share runs; the pipeline's inputs fix what the model leaves open.
   */
  private Pipeline deployBatched() throws IOException {
    var file = Files.write(folder.resolve("rows.onnx"), TinyModels.leakySum("batch", 1));
    var model = SingleModel.of("rows", file);
    var m = model.pipeline();
    var row =
        m.inputs().stream()
            .map(input -> TensorSpec.of(input.spec().name(), Datatype.FP32, 1, 1))
            .map(spec -> new PipelineManifest.Input(spec, true))
            .toList();
    var rows =
        new PipelineManifest(
            m.origin(),
            m.name(),
            m.summary(),
            m.owner(),
            m.deadline(),
            m.lane(),
            m.door(),
            m.pairing(),
            m.capture(),
            m.reach(),
            row,
            m.steps(),
            m.outputs(),
            Map.of("h", "hN"),
            m.gates(),
            m.splits(),
            m.labels());
    var stage = Graphs.withBatching(model.stage(), new Batching(8, 1 << 20, true, true));
    return weft.deploy(rows, Map.of("rows", stage));
  }

  @Test
  void interleavedSequencesOfManyClientsAreEachComputedAsIfAlone() throws Exception {
    talk(deploy());
  }

  @Test
  void alsoWhereTheyShareRuns() throws Exception {
    talk(deployBatched());
  }

  /** Many clients with several sequences each, whose steps they send without waiting. */
  private void talk(Pipeline pipeline) throws Exception {
    var seed = System.nanoTime();
    var clients = new ArrayList<CompletableFuture<Void>>();
    for (var client = 0; client < 8; client++) {
      var random = new Random(seed + client);
      var name = "client " + client;
      clients.add(
          CompletableFuture.runAsync(
              () -> talk(pipeline, random, name, "seed " + seed),
              task -> Thread.ofPlatform().start(task)));
    }
    for (var client : clients) {
      client.get(60, SECONDS);
    }
    assertEquals(0, pipeline.sequenceCounters().orElseThrow().liveCount());
    assertEquals(8 * 30, pipeline.sequenceCounters().orElseThrow().startedCount());
  }

  private void talk(Pipeline pipeline, Random random, String client, String seed) {
    for (var round = 0; round < 10; round++) {
      var length = 2 + random.nextInt(8);
      var sent = new ArrayList<List<CompletableFuture<Answer>>>();
      for (var i = 0; i < length; i++) {
        sent.add(new ArrayList<>());
        for (var sequence = 0; sequence < 3; sequence++) {
          var id = client + "/" + sequence;
          sent.get(i)
              .add(
                  submit(
                      pipeline,
                      new SequenceStep(id, i == 0, i == length - 1),
                      i * 31 % 7 + sequence));
        }
      }
      for (var sequence = 0; sequence < 3; sequence++) {
        var state = 0f;
        for (var i = 0; i < length; i++) {
          state = state / 2 + (i * 31 % 7 + sequence);
          try {
            assertEquals(state, y(sent.get(i).get(sequence)), seed);
          } catch (Exception e) {
            throw new AssertionError(seed, e);
          }
        }
      }
    }
  }

  @Test
  void aSequenceThatIsIdleEndsByItself() throws Exception {
    weft.close();
    weft = start("sequence.idle-timeout = 50ms");
    var pipeline = deploy();
    assertEquals(8, y(submit(pipeline, SequenceStep.start("a"), 8)));
    var counters = pipeline.sequenceCounters().orElseThrow();
    await(() -> counters.endedCount(SequenceEnd.EXPIRED) == 1);
    assertEquals(0, weft.tensors().leased());
    var refused = submit(pipeline, SequenceStep.next("a"), 1).get(60, SECONDS);
    assertEquals(ErrorCode.INVALID_INPUT, assertInstanceOf(Answer.Failed.class, refused).code());
  }

  @Test
  void unloadingEndsSequencesAndOneThatTakesThePlaceKnowsNone() throws Exception {
    var before = deploy();
    assertEquals(8, y(submit(before, SequenceStep.start("a"), 8)));
    var model = model();
    var next =
        weft.prepare(model.pipeline().carrying(Map.of("h", "hN")), Map.of("sum", model.stage()));
    weft.exchange(List.of(before), List.of(next));
    before.unload();
    assertEquals(0, weft.tensors().leased());
    var dropped = submit(before, SequenceStep.next("a"), 1).get(60, SECONDS);
    assertEquals(DropReason.UNLOADING, assertInstanceOf(Answer.Dropped.class, dropped).reason());
    var unknown = submit(next, SequenceStep.next("a"), 1).get(60, SECONDS);
    assertTrue(assertInstanceOf(Answer.Failed.class, unknown).message().contains("sequence_start"));
    var counters = next.sequenceCounters().orElseThrow();
    assertEquals(1, counters.startedCount(), "counted on");
    assertEquals(1, counters.endedCount(SequenceEnd.UNLOADED));
  }

  @Test
  void closingWeftGivesBackWhatSequencesHold() throws Exception {
    var pipeline = deploy();
    for (var i = 0; i < 100; i++) {
      assertEquals(i, y(submit(pipeline, SequenceStep.start("s" + i), i)));
    }
    assertEquals(100, weft.tensors().leased());
    weft.close();
    assertEquals(0, weft.tensors().leased());
  }

  @Test
  void withoutASequenceACallerGivesTheStateHimself() throws Exception {
    var pipeline = deploy();
    var tensors = weft.tensors();
    var inputs =
        Map.of("x", tensors.floats(Shape.of(1, 1), 1), "h", tensors.floats(Shape.of(1, 1), 8));
    try (var answer = pipeline.infer(Request.of(inputs))) {
      assertEquals(5, answer.output("hN").toFloats()[0]);
    }
  }

  @Test
  void aPipelineWithoutStateHasNoSequences() throws Exception {
    var pipeline = deploy(Map.of());
    assertTrue(pipeline.sequenceCounters().isEmpty());
    try (var x = weft.tensors().floats(Shape.of(1, 1), 1)) {
      assertThrows(
          IllegalStateException.class,
          () -> pipeline.submit(Request.of("x", x), SequenceStep.start("a")));
    }
  }

  @Test
  void stateThatFitsNothingIsNotDeployed() {
    var problem =
        assertThrows(ManifestException.class, () -> deploy(Map.of("h", "y", "x", "none")));
    assertTrue(String.valueOf(problem.getMessage()).contains("state.x"), problem.getMessage());
  }

  private static void await(BooleanSupplier isSo) {
    var until = System.nanoTime() + 60_000_000_000L;
    while (!isSo.getAsBoolean()) {
      assertTrue(System.nanoTime() < until, "in time");
      LockSupport.parkNanos(1_000_000);
    }
  }
}
