package dev.weft.bench;

import ai.onnxruntime.OrtException;
import dev.weft.bench.GatewayCase.Way;
import dev.weft.bench.gateway.PlainServer;
import dev.weft.bench.gateway.WeftServer;
import dev.weft.bench.process.ServerProcess;
import dev.weft.fabric.reading.ManifestFiles;
import dev.weft.stages.testkit.TinyModels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.LongStream;

/**
 * What the gateway costs: a served model beside a raw loop over it and beside the plain server that
 * a user would write instead, in turns, each server in a process of its own.
 */
final class GatewayBench implements Bench {

  static final String NAME = "gateway";

  private static final List<String> CASES = List.of("tiny", "minilm-int8", "start");
  private static final List<Integer> CONNECTIONS = List.of(1, 4, 16, 64, 512);
  private static final int ROUNDS = 3;
  private static final int STARTS = 5;
  private static final Duration MEASURED = Duration.ofSeconds(3);
  private static final int QUICK_DIVISOR = 10;
  private static final int TOKENS = 18;
  private static final int WIDTH = 384;

  private static final String BATCHED =
      """
      apiVersion: weft/v1
      kind: Stage
      name: %1$s
      summary: The model, several callers' rows in one run.
      owner: bench@example.org
      uses: onnx
      abi:
        version: 1
        inputs:
          - {name: input_ids, datatype: INT64, shape: [batch, tokens]}
          - {name: attention_mask, datatype: INT64, shape: [batch, tokens]}
          - {name: token_type_ids, datatype: INT64, shape: [batch, tokens]}
        outputs:
          - {name: last_hidden_state, datatype: FP32, shape: [batch, tokens, 384]}
      options: {warmUpDims: {tokens: "18"}}
      batching: {maxBatchSize: 8}
      variants:
        - {name: int8, artifact: {file: %2$s, sha256: %3$s, size: %4$d}}
      ---
      apiVersion: weft/v1
      kind: Pipeline
      name: %1$s
      summary: The model alone.
      owner: bench@example.org
      deadline: 10s
      inputs:
        - {name: input_ids, datatype: INT64, shape: [1, 18]}
        - {name: attention_mask, datatype: INT64, shape: [1, 18]}
        - {name: token_type_ids, datatype: INT64, shape: [1, 18]}
      steps:
        - name: run
          stage: %1$s
          inputs: {input_ids: input_ids, attention_mask: attention_mask, token_type_ids: token_type_ids}
      outputs: {last_hidden_state: run.last_hidden_state}
      """;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean takesArguments() {
    return true;
  }

  @Override
  public String summary() {
    return "What serving costs, against a raw loop and a plain server: " + CASES + ".";
  }

  @Override
  public void run(BenchOptions options, Consumer<Figure> figures) {
    var wanted = options.chosen(NAME, CASES);
    try (var models = new GeneratedModels()) {
      for (var each : wanted) {
        run(each, options, models, figures);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted");
    }
  }

  private static void run(
      String name, BenchOptions options, GeneratedModels models, Consumer<Figure> figures)
      throws IOException, OrtException, InterruptedException {
    switch (name) {
      case "tiny" -> duel(tiny(models), options, figures);
      case "minilm-int8" -> {
        duel(miniLm(options, "minilm-int8"), options, figures);
        batched(miniLm(options, "minilm-int8-batched"), options, models, figures);
      }
      default -> start(tiny(models), options, figures);
    }
  }

  private static GatewayCase tiny(GeneratedModels models) throws IOException {
    var file = models.write("tiny", TinyModels.empty());
    return new GatewayCase("tiny", file, List.of(FrameInput.floats("x", 1, 4)), "y", 1, 4);
  }

  /** One sentence of 18 word pieces. */
  private static GatewayCase miniLm(BenchOptions options, String name) {
    var ids = LongStream.range(0, TOKENS).map(token -> 101 + token * 101);
    var inputs =
        List.of(
            FrameInput.longs("input_ids", ids),
            FrameInput.longs("attention_mask", LongStream.range(0, TOKENS).map(_ -> 1)),
            FrameInput.longs("token_type_ids", LongStream.range(0, TOKENS).map(_ -> 0)));
    var file = KioskModels.file(options, "all-minilm-l6-v2-q.onnx");
    return new GatewayCase(name, file, inputs, "last_hidden_state", 1, TOKENS, WIDTH);
  }

  private static void duel(GatewayCase model, BenchOptions options, Consumer<Figure> figures)
      throws IOException, OrtException, InterruptedException {
    var found = new GatewayFigures(model.name());
    var argument = List.of(model.served().argument());
    try (var weft = ServerProcess.start(WeftServer.class, argument);
        var plain = ServerProcess.start(PlainServer.class, argument)) {
      for (var round = 0; round < rounds(options); round++) {
        for (var connections : CONNECTIONS) {
          found.raw(connections, model.raw(Math.min(connections, cores()), measured(options)));
          for (var way : Way.values()) {
            var server = way == Way.PLAIN ? plain : weft;
            found.served(
                way, connections, model.served(server, way, connections, measured(options)));
          }
        }
      }
      found.tell(figures);
      memory(model.name() + "/memory-under-load", weft, 300, figures);
    }
  }

  private static void batched(
      GatewayCase model, BenchOptions options, GeneratedModels models, Consumer<Figure> figures)
      throws IOException, OrtException, InterruptedException {
    var found = new GatewayFigures(model.name());
    var folder = manifests(model, models);
    try (var weft = ServerProcess.start(WeftServer.class, List.of(folder.toString()))) {
      for (var round = 0; round < rounds(options); round++) {
        for (var connections : List.of(1, 16, 64)) {
          found.raw(connections, model.raw(Math.min(connections, cores()), measured(options)));
          found.served(
              Way.BINARY,
              connections,
              model.served(weft, Way.BINARY, connections, measured(options)));
        }
      }
      found.tell(figures);
    }
  }

  private static Path manifests(GatewayCase model, GeneratedModels models) throws IOException {
    var file = models.copy(model.file(), "batched");
    var pin = ManifestFiles.pin(file);
    return models.folder(
        "batched.yaml",
        BATCHED.formatted(model.name(), file.getFileName(), pin.sha256(), pin.sizeBytes()));
  }

  private static void start(GatewayCase model, BenchOptions options, Consumer<Figure> figures)
      throws IOException {
    var ours = new ArrayList<Double>();
    var others = new ArrayList<Double>();
    for (var start = 0; start < (options.quick() ? 1 : STARTS); start++) {
      ours.add(firstAnswerMillis(model, WeftServer.class, Way.BINARY));
      others.add(firstAnswerMillis(model, PlainServer.class, Way.PLAIN));
    }
    var spread = Spread.of(ours);
    figures.accept(
        Figure.of(
                NAME,
                "start/first-answer",
                spread.median(),
                "ms",
                "from the start of the process, median of %d starts, quartiles %s"
                    .formatted(ours.size(), spread))
            .against("plain: %s ms".formatted(Numbers.plain(Spread.of(others).median())))
            .withGoal(Goal.atMost(1000)));
    try (var weft = ServerProcess.start(WeftServer.class, List.of(model.served().argument()))) {
      answer(model, weft, Way.BINARY);
      memory("start/memory", weft, 200, figures);
    }
  }

  private static double firstAnswerMillis(GatewayCase model, Class<?> main, Way way)
      throws IOException {
    var before = System.nanoTime();
    try (var server = ServerProcess.start(main, List.of(model.served().argument()))) {
      answer(model, server, way);
      return (System.nanoTime() - before) / 1e6;
    }
  }

  private static void answer(GatewayCase model, ServerProcess server, Way way) throws IOException {
    try (var caller = model.caller(server, way)) {
      if (!caller.call()) {
        throw new BenchException("gateway: the first call was refused");
      }
    }
  }

  private static void memory(
      String name, ServerProcess server, double goal, Consumer<Figure> figures) {
    ResidentMemory.megabytes(server.pid())
        .ifPresent(
            megabytes ->
                figures.accept(
                    Figure.of(NAME, name, megabytes, "MB", "resident, of the server's process")
                        .withGoal(Goal.atMost(goal))));
  }

  private static int cores() {
    return Runtime.getRuntime().availableProcessors();
  }

  private static int rounds(BenchOptions options) {
    return options.quick() ? 1 : ROUNDS;
  }

  private static Duration measured(BenchOptions options) {
    return options.quick() ? MEASURED.dividedBy(QUICK_DIVISOR) : MEASURED;
  }
}
