package dev.weft.app.rehearsal;

import dev.weft.app.command.WeftCommand;
import dev.weft.app.console.Console;
import dev.weft.app.home.FolderTree;
import dev.weft.app.home.Home;
import dev.weft.fabric.reading.ManifestFiles;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.testkit.TinyModels;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import sun.misc.Signal;

/**
 * A process that does what Weft's users have it do, on models of its own, and ends by itself: the
 * training run of the JVM's ahead-of-time cache (JEP 483, 514). It takes a few seconds, listens on
 * free ports of this machine only, and leaves nothing behind but ONNX Runtime's libraries where
 * {@code onnxruntime.native.path} says that they are to be.
 */
public final class Rehearsal {

  private static final String MODEL = "echo";

  private static final String MANIFESTS =
      """
      apiVersion: weft/v1
      kind: Stage
      name: echo-stage
      summary: Hands its input on.
      owner: rehearsal@example.org
      uses: onnx
      abi:
        version: 1
        inputs: [{name: x, datatype: FP32, shape: [n, 4]}]
        outputs: [{name: y, datatype: FP32, shape: [n, 4]}]
      batching: {maxBatchSize: 4}
      variants: [{name: default, artifact: {file: echo.onnx, sha256: %s, size: %d}}]
      ---
      apiVersion: weft/v1
      kind: Stage
      name: score
      summary: Turns numbers into probabilities.
      owner: rehearsal@example.org
      uses: math/softmax
      variants: [{name: default}]
      ---
      apiVersion: weft/v1
      kind: Pipeline
      name: scores
      summary: Scores what was handed on.
      owner: rehearsal@example.org
      deadline: 10s
      inputs: [{name: x, datatype: FP32, shape: [1, 4]}]
      steps:
        - {name: echo, stage: echo-stage, inputs: {x: x}}
        - {name: score, stage: score, gate: scored, inputs: {values: echo.y}}
      outputs:
        y: echo.y
        probabilities: {from: score.probabilities, required: false}
      gates: {scored: {default: on, summary: Whether to score.}}
      """;

  private final Path folder;

  private Rehearsal(Path folder) {
    this.folder = folder;
  }

  /** Ends with exit code 0 if all of it went well. */
  public static void main(String[] args) throws Exception {
    Natives.unpackAsTold();
    var folder = Files.createTempDirectory("weft-rehearsal");
    try {
      new Rehearsal(folder).run();
    } finally {
      new FolderTree(folder).delete();
    }
    System.exit(0);
  }

  private void run() throws Exception {
    var model = folder.resolve(MODEL + ".onnx");
    Files.write(model, TinyModels.identity(Datatype.FP32, "n", 4));
    var pipelines = Files.createDirectory(folder.resolve("pipelines"));
    var pinned = ManifestFiles.pin(Files.copy(model, pipelines.resolve("echo.onnx")));
    Files.writeString(
        pipelines.resolve("scores.yaml"), MANIFESTS.formatted(pinned.sha256(), pinned.sizeBytes()));
    var quiet = console(OutputStream.nullOutputStream());
    run(quiet, "version");
    run(quiet, "stages");
    run(quiet, "lint", pipelines.toString());
    var input = Files.writeString(folder.resolve("x.json"), "[[1, 2, 3, 4]]");
    run(quiet, "run", model.toString(), "--input", "x=" + input);
    serve(model, pipelines);
  }

  /** Serves until the questions have been answered. */
  private void serve(Path model, Path pipelines)
      throws IOException, InterruptedException, ExecutionException {
    try (var told = new PipedInputStream();
        var telling = new PipedOutputStream(told)) {
      var asking = new FutureTask<Optional<Exception>>(() -> ask(told));
      Thread.ofPlatform().name("questions").daemon().start(asking);
      run(
          console(telling),
          "serve",
          model.toString(),
          pipelines.toString(),
          "--port",
          "0",
          "--grpc-port",
          "0",
          "--metrics-port",
          "0");
      var failure = asking.get();
      if (failure.isPresent()) {
        throw new IOException("what was served did not answer", failure.get());
      }
    }
  }

  /** Ends the server in any case, as it would else go on for good. */
  private static Optional<Exception> ask(PipedInputStream told) {
    try {
      var lines = new BufferedReader(new InputStreamReader(told, StandardCharsets.UTF_8));
      var serving = String.valueOf(lines.readLine());
      var metrics = String.valueOf(lines.readLine());
      Questions.to(MODEL, serving, metrics).ask();
      return Optional.empty();
    } catch (IOException | RuntimeException e) {
      return Optional.of(e);
    } finally {
      Signal.raise(new Signal("TERM"));
    }
  }

  private void run(Console console, String... command) throws IOException {
    var code = WeftCommand.line(console, new Home(folder)).execute(command);
    if (code != 0) {
      throw new IOException("%s: exit code %d (expected: 0)".formatted(command[0], code));
    }
  }

  private static Console console(OutputStream out) {
    return new Console(
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(System.err, true, StandardCharsets.UTF_8),
        false);
  }
}
