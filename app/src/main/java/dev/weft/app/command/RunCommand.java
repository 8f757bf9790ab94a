package dev.weft.app.command;

import com.typesafe.config.Config;
import dev.weft.app.console.Amount;
import dev.weft.app.console.Console;
import dev.weft.app.console.Progress;
import dev.weft.app.control.ControlServer;
import dev.weft.app.control.ControlSockets;
import dev.weft.app.control.PipelineControl;
import dev.weft.app.failure.WrongUse;
import dev.weft.app.fetch.Fetcher;
import dev.weft.app.fetch.MavenProcess;
import dev.weft.app.home.Home;
import dev.weft.app.rollout.RolloutFolder;
import dev.weft.app.running.AnswerPrint;
import dev.weft.app.running.FrameLoop;
import dev.weft.app.running.Inputs;
import dev.weft.app.running.Interrupt;
import dev.weft.app.running.LateInterrupt;
import dev.weft.app.running.Selection;
import dev.weft.app.running.Tally;
import dev.weft.app.running.TensorFile;
import dev.weft.fabric.embedded.Recording;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.trace.TraceException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code weft run}: frames through a pipeline, once or many times. */
@Command(
    name = "run",
    description = {
      "Runs frames through a pipeline and prints what came out.",
      "What the pipeline needs and is not there is fetched first. Ctrl-C takes no more frames,"
          + " prints the summary so far and ends with exit code 130."
    },
    footer = {
      "",
      "Inputs are images (PNG, JPEG), WAV, UTF-8 text, .npy arrays and JSON tensors, as the"
          + " pipeline's inputs ask.",
      "",
      "Examples:",
      "  weft run model.onnx --input x=x.npy --save y=y.npy",
      "  weft run examples/kiosk --pipeline kiosk --input sentence='text:where is the exit'",
      "  weft run pipeline.yaml --input frame=cat.png --repeat 1000 --parallel 4 --json",
      "  weft run pipeline.yaml --input frame=cat.png --trace-folder .weft/traces/buffer",
      "  weft run pipeline.yaml --input frame=cat.png --repeat forever --trace-folder buffer"
          + " --outbox-to grpc://127.0.0.1:9090",
      "  weft run pipeline.yaml --input frame=cat.png --repeat forever  (then: weft ctl status)"
    })
final class RunCommand implements Callable<Integer> {

  private static final Duration STOP_PATIENCE = Duration.ofSeconds(20);

  private final Console console;
  private final Home home;

  @Parameters(
      paramLabel = "PIPELINE",
      description = "A pipeline's manifest, a folder of manifests, or a bare .onnx model.")
  private Path path = Path.of("");

  @Mixin private RunOptions options = new RunOptions();
  @Mixin private OutboxOptions outbox = new OutboxOptions();

  RunCommand(Console console, Home home) {
    this.console = console;
    this.home = home;
  }

  @Override
  public Integer call() {
    options.requireOnce();
    if (options.isTraced() && Selection.isModel(path)) {
      throw new WrongUse(
          "--trace, --trace-folder: a bare model (expected: a manifest, which a replay can find"
              + " again)");
    }
    options.count();
    options.parallel();
    options.request(Map.of());
    var files = options.saved();
    var gates = options.gates();
    var config = outbox.config(options.trace().isPresent(), options.traceFolder());
    try (var progress = console.progress()) {
      var fetcher = new Fetcher(home.fetchCache(), new MavenProcess("mvn"), progress);
      var selection =
          Selection.isModel(path)
              ? Optional.<Selection>empty()
              : Optional.of(Selection.of(path, options.pipeline(), options.variants(), fetcher));
      selection.ifPresent(chosen -> requireFits(chosen, files, gates));
      progress.bar(0, "loading models");
      // Ends last, so that Ctrl-C waits until what is recorded is safe, and sent if it can be.
      try (var interrupt = new LateInterrupt()) {
        return run(selection, config, fetcher, progress, interrupt);
      }
    }
  }

  private int run(
      Optional<Selection> selection,
      Config others,
      Fetcher fetcher,
      Progress progress,
      LateInterrupt interrupt) {
    var rollouts = options.rollouts().map(RolloutFolder::at);
    try {
      var config = rollouts.map(kept -> kept.settings(others)).orElse(others);
      var recording = recording(config);
      int code;
      try (var weft = weft(config, recording)) {
        code = run(weft, selection, rollouts, fetcher, progress, interrupt);
      } catch (TraceException e) {
        recording.ifPresent(closed -> RecordingPrint.tell(console, closed.counts()));
        throw e;
      }
      recording.ifPresent(closed -> RecordingPrint.tell(console, closed.counts()));
      recording.ifPresent(closed -> outbox.tell(console, config, closed));
      return code;
    } finally {
      rollouts.ifPresent(RolloutFolder::close);
    }
  }

  private int run(
      Weft weft,
      Optional<Selection> selection,
      Optional<RolloutFolder> rollouts,
      Fetcher fetcher,
      Progress progress,
      LateInterrupt interrupt) {
    var pipeline =
        selection
            .map(chosen -> options.isTraced() ? chosen.traced() : chosen)
            .map(chosen -> chosen.deploy(weft))
            .orElseGet(() -> Selection.register(weft, path));
    options.gates().forEach(pipeline::gate);
    try (var inputs = Inputs.read(pipeline.manifest(), options.inputs(), weft.tensors())) {
      var loop = new FrameLoop(pipeline, () -> options.request(inputs.lease()), options.parallel());
      var control =
          new PipelineControl(
              weft,
              (step, arm, variant) ->
                  selection.ifPresent(chosen -> chosen.bring(step, arm, variant, fetcher)),
              rollouts.map(kept -> kept.on(weft, fetcher)),
              loop::stop);
      var server = listen(control);
      try {
        return run(loop, interrupt.begin(loop::stop, STOP_PATIENCE), progress);
      } finally {
        server.ifPresent(ControlServer::close);
      }
    }
  }

  private Optional<Recording> recording(Config config) {
    if (options.trace().isPresent()) {
      return Optional.of(Recording.toFile(options.trace().get(), config));
    }
    return options
        .traceFolder()
        .map(folder -> Optional.of(Recording.toFolder(folder, config)))
        .orElseGet(() -> Recording.configured(config));
  }

  private static Weft weft(Config config, Optional<Recording> recording) {
    return recording
        .map(told -> Weft.recording(config, told))
        .orElseGet(() -> Weft.embedded(config));
  }

  /** Holds flags that name parts of the pipeline against it, before anything is loaded. */
  private void requireFits(
      Selection selection, List<TensorFile> files, Map<String, Boolean> gates) {
    var pipeline = selection.pipeline();
    var outputs = pipeline.outputs().stream().map(output -> output.name()).toList();
    for (var file : files) {
      if (!outputs.contains(file.output())) {
        throw new WrongUse(
            "--save: output '%s' (expected: one of %s)"
                .formatted(file.output(), String.join(", ", outputs)));
      }
    }
    var known = pipeline.gates().stream().map(gate -> gate.name()).toList();
    for (var gate : gates.keySet()) {
      if (!known.contains(gate)) {
        throw new WrongUse(
            "--gate: '%s' (expected: one of %s)".formatted(gate, String.join(", ", known)));
      }
    }
    if (options.parallel() > pipeline.door().maxInFlight()) {
      throw new WrongUse(
          "--parallel: %d (expected: <= %d, the pipeline's maxInFlight)"
              .formatted(options.parallel(), pipeline.door().maxInFlight()));
    }
    Inputs.requireFit(pipeline, options.inputs().keySet());
  }

  private int run(FrameLoop loop, Interrupt interrupt, Progress progress) {
    var count = options.count();
    var files = options.saved();
    var summary =
        loop.run(
            count, answer -> show(answer, files, progress), tally -> show(tally, count, progress));
    progress.close();
    if (count > 1) {
      if (options.isJson()) {
        console.json(summary.object());
      } else {
        console.line("");
        summary.print(console);
      }
    }
    if (interrupt.isAsked()) {
      return ExitCode.INTERRUPTED;
    }
    return summary.isClean() ? ExitCode.OK : ExitCode.FAILED;
  }

  private void show(Answer answer, List<TensorFile> files, Progress progress) {
    progress.close();
    if (options.isJson()) {
      console.json(AnswerPrint.object(answer));
    } else {
      AnswerPrint.text(answer, console);
    }
    if (answer instanceof Answer.Completed done) {
      for (var file : files) {
        var tensor = Optional.ofNullable(done.outputs().get(file.output()));
        tensor.ifPresentOrElse(
            file::write,
            () -> console.note("weft: output '%s' is absent, not saved".formatted(file.output())));
      }
    }
  }

  private static void show(Tally tally, long count, Progress progress) {
    var done = tally.count();
    var share = count == FrameLoop.FOREVER ? 0 : (double) done / count;
    progress.bar(share, Amount.count(done, "frame"));
  }

  /** Listens to {@code weft ctl} while frames repeat. */
  private Optional<ControlServer> listen(PipelineControl control) {
    if (options.count() == 1 || options.isControlOff()) {
      return Optional.empty();
    }
    var socket = options.control().orElseGet(() -> ControlSockets.own(home.controlSockets()));
    if (options.control().isEmpty() && !ControlSockets.isShortEnough(socket)) {
      console.note(
          "weft: '%s' is too long for a control socket; running without one".formatted(socket));
      return Optional.empty();
    }
    return Optional.of(ControlServer.open(socket, control::answer));
  }
}
