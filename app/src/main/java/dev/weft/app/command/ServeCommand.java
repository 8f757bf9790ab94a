package dev.weft.app.command;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.weft.app.console.Amount;
import dev.weft.app.console.Console;
import dev.weft.app.failure.WrongUse;
import dev.weft.app.fetch.Fetcher;
import dev.weft.app.fetch.MavenProcess;
import dev.weft.app.flag.FlagFolder;
import dev.weft.app.home.Build;
import dev.weft.app.home.Home;
import dev.weft.app.rollout.OperatedRollouts;
import dev.weft.app.rollout.RolloutFolder;
import dev.weft.app.rollout.RunningRollouts;
import dev.weft.app.serving.Beside;
import dev.weft.app.serving.Reloading;
import dev.weft.app.serving.ServedControl;
import dev.weft.app.serving.ServedRecording;
import dev.weft.app.serving.ServedTerms;
import dev.weft.app.serving.Termination;
import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.embedded.Weft;
import dev.weft.gateway.grpc.GrpcSettings;
import dev.weft.gateway.http.GatewaySettings;
import dev.weft.gateway.http.MetricsServer;
import dev.weft.gateway.log.Logs;
import dev.weft.gateway.metrics.MetricsSettings;
import dev.weft.gateway.model.Serving;
import dev.weft.gateway.observatory.ClusterDesk;
import dev.weft.gateway.observatory.Desks;
import dev.weft.gateway.observatory.ReplayDesk;
import dev.weft.gateway.port.OptionalPort;
import dev.weft.gateway.protection.Protection;
import dev.weft.gateway.protection.ProtectionSettings;
import dev.weft.gateway.region.RegionSettings;
import dev.weft.gateway.region.Regions;
import dev.weft.gateway.reload.ReloadSettings;
import dev.weft.gateway.server.ModelServer;
import dev.weft.gateway.tracing.Tracing;
import dev.weft.gateway.tracing.TracingSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code weft serve}: models and pipelines over HTTP and gRPC, until the process is asked to end.
 * {@code weft node} is this and more.
 */
@Command(
    name = "serve",
    description = {
      "Serves pipelines and models over HTTP and gRPC, as the Open Inference Protocol v2 says.",
      "What pipelines need and is not there is fetched first. SIGTERM and Ctrl-C let no more in,"
          + " wait for what is inside, and end with exit code 0 and 130."
    },
    footer = {
      "",
      "Other machines reach it only with TLS and accounts, unless told otherwise by name.",
      "",
      "Examples:",
      "  weft serve models",
      "  weft serve examples/kiosk model.onnx --port 9000",
      "  weft serve models --host 0.0.0.0 --tls-cert c.pem --tls-key k.pem --access access.yaml",
      "  curl http://127.0.0.1:8000/v2/models/model"
    })
class ServeCommand implements Callable<Integer> {

  private static final int PORT_MAX = 65_535;
  private static final Duration DRAIN_PATIENCE = Duration.ofSeconds(20);

  private final Console console;
  private final Home home;

  @Parameters(
      paramLabel = "PATH",
      arity = "1..*",
      description =
          "Folders of manifests, folders of .onnx models, single manifests and single models.")
  private List<Path> paths = List.of();

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "The port for HTTP, 0 for a free one; default weft.gateway.port, 8000.")
  private Optional<Integer> port = Optional.empty();

  @Option(
      names = "--grpc-port",
      paramLabel = "N",
      description =
          "The port for gRPC, 0 for a free one, off or -1 for none; default"
              + " weft.gateway.grpc.port, 8001.")
  private Optional<String> grpcPort = Optional.empty();

  @Option(
      names = "--host",
      paramLabel = "HOST",
      description = "The address to listen on; default weft.gateway.host, 127.0.0.1.")
  private Optional<String> host = Optional.empty();

  @Option(
      names = "--metrics-port",
      paramLabel = "N",
      description =
          "The port for Prometheus, 0 for a free one, off or -1 for none; default"
              + " weft.gateway.metrics.port, 8002.")
  private Optional<String> metricsPort = Optional.empty();

  @Option(
      names = "--rollouts",
      paramLabel = "FOLDER",
      description =
          "Takes rollouts, on the dashboard and by 'weft rollout', and keeps them and their"
              + " evidence in FOLDER.")
  private Optional<Path> rollouts = Optional.empty();

  @Option(
      names = "--no-reload",
      description =
          "Takes no changes of the files it serves, and has clients load and unload nothing; also"
              + " weft.gateway.reload = off.")
  private boolean isFixed;

  @Option(
      names = "--flags",
      paramLabel = "FOLDER",
      description =
          "Keeps what flags are set to, and who set them and why, in FOLDER; else it is gone with"
              + " the process.")
  private Optional<Path> flags = Optional.empty();

  @Option(
      names = "--shared-memory",
      description =
          "Lets clients of this machine have tensors in its shared memory, where they then read and"
              + " write what this user keeps there; also weft.gateway.shared-memory.enabled = on.")
  private boolean isMemoryShared;

  @Option(
      names = "--trace-folder",
      paramLabel = "FOLDER",
      description =
          "Records every frame to the edge buffer in FOLDER, as the manifests' trace says where"
              + " they say so, and replays frames on the dashboard. Default:"
              + " weft.fabric.trace.folder.")
  private Optional<Path> traceFolder = Optional.empty();

  @Option(
      names = "--insecure-beyond-loopback",
      description = "Allows an address that other machines reach without TLS or accounts.")
  private boolean isBeyondLoopbackAllowed;

  @Mixin private ProtectionOptions protection = new ProtectionOptions();

  ServeCommand(Console console, Home home) {
    this.console = console;
    this.home = home;
  }

  /** The settings it starts with. */
  Config config() {
    return ConfigFactory.load();
  }

  /** The settings of a process that keeps rollouts in a folder. */
  Config keeping(RolloutFolder folder, Config config) {
    return folder.settings(config);
  }

  /**
   * Starts what runs beside the server, before it; closed after it, and before the models are.
   *
   * @param recording of its frames
   * @param rollouts of this process, if it takes any
   */
  Beside beside(
      Weft weft, Config config, ServedRecording recording, Optional<RunningRollouts> rollouts) {
    return Beside.nothing();
  }

  final Console console() {
    return console;
  }

  @Override
  public Integer call() throws Exception {
    port.filter(number -> number < 0 || number > PORT_MAX)
        .ifPresent(
            number -> {
              throw new WrongUse("--port: %d (expected: 0 to %d)".formatted(number, PORT_MAX));
            });
    var config = config();
    var declared = GatewaySettings.from(config);
    var settings =
        declared.at(
            host.orElse(declared.host()),
            port.orElse(declared.port()),
            isBeyondLoopbackAllowed || declared.isBeyondLoopbackAllowed());
    var grpc = GrpcSettings.from(config);
    var metrics = MetricsSettings.from(config);
    var grpcSettings = grpc.at(port("--grpc-port", grpcPort, grpc.port()));
    var metricsSettings = metrics.at(port("--metrics-port", metricsPort, metrics.port()));
    var protectionSettings = protection.over(ProtectionSettings.from(config));
    var kept = rollouts.map(RolloutFolder::at);
    var keptFlags = flags.map(FlagFolder::at);
    try (var termination = new Termination();
        var protecting = Protection.open(protectionSettings)) {
      var ports = new Ports(settings, grpcSettings, metricsSettings, protecting);
      return serve(config, ports, new Folders(kept, keptFlags), termination);
    } finally {
      kept.ifPresent(RolloutFolder::close);
      keptFlags.ifPresent(FlagFolder::close);
    }
  }

  /** Where it listens, and who gets in there. */
  private record Ports(
      GatewaySettings http, GrpcSettings grpc, MetricsSettings metrics, Protection protection) {}

  /** What it does beside answering. */
  private record Extras(
      ReloadSettings reload, RegionSettings regions, Optional<TracingSettings> tracing) {}

  /** What outlives the process. */
  private record Folders(Optional<RolloutFolder> rollouts, Optional<FlagFolder> flags) {}

  private int serve(Config config, Ports ports, Folders folders, Termination termination)
      throws Exception {
    var settings = folders.rollouts().map(kept -> keeping(kept, config)).orElse(config);
    var regions = RegionSettings.from(config);
    var reload = ReloadSettings.from(config);
    var extras =
        new Extras(
            isFixed ? reload.off() : reload,
            isMemoryShared ? regions.on() : regions,
            TracingSettings.from(config));
    try (var recording = ServedRecording.open(traceFolder, config)) {
      try (var weft = recording.start(settings)) {
        return serve(weft, settings, recording, ports, folders, extras, termination);
      } finally {
        recording.counts().ifPresent(counts -> RecordingPrint.tell(console, counts));
      }
    }
  }

  private int serve(
      Weft weft,
      Config config,
      ServedRecording recording,
      Ports ports,
      Folders folders,
      Extras extras,
      Termination termination)
      throws Exception {
    try (var progress = console.progress();
        var tracing = Tracing.of(extras.tracing(), Build.of(home).version())) {
      folders.flags().ifPresent(folder -> weft.flags().keep(folder.book(), folder));
      var fetcher = new Fetcher(home.fetchCache(), new MavenProcess("mvn"), progress);
      progress.bar(0, "loading models");
      var reloading = deployed(weft, folders, ServedTerms.of(recording.isOfAll(), fetcher));
      progress.close();
      var reload = extras.reload();
      var serving =
          new Serving(
              weft,
              Build.of(home).version(),
              Regions.of(extras.regions()),
              Logs.at(Logging.DESK),
              tracing,
              reload.isOn() ? Optional.of(reloading) : Optional.empty());
      var running = folders.rollouts().map(folder -> folder.on(weft, fetcher));
      var protecting = ports.protection();
      try (var beside = beside(weft, config, recording, running);
          var replays = recording.replays(weft);
          var metrics =
              MetricsServer.start(
                  serving, ports.http(), ports.metrics(), protecting, beside.figures());
          var server =
              ModelServer.start(
                  serving,
                  ports.http(),
                  ports.grpc(),
                  protecting,
                  desks(running, replays.desk(), beside));
          var _ =
              ServedControl.open(
                  home.controlSockets(), weft, running, termination::end, console::note);
          reloading) {
        reloading.begin(
            reload, serving, stages -> running.flatMap(rollouts -> rollouts.underWay(stages)));
        warn(server, protecting);
        tell(server, protecting, weft.pipelines());
        tell(metrics, server, protecting);
        var cause = termination.await();
        replays.end();
        var code = drained(server, cause);
        replays.close(); // While there are connections, so that who asked for one is told.
        return code;
      }
    }
  }

  private Reloading deployed(Weft weft, Folders folders, ServedTerms alone) {
    var terms =
        folders
            .rollouts()
            .map(RolloutFolder::brought)
            .map(brought -> alone.with(brought::over))
            .orElse(alone);
    return Reloading.deploy(weft, paths, terms);
  }

  private static Desks desks(
      Optional<RunningRollouts> running, Optional<ReplayDesk> replays, Beside beside) {
    return new Desks(
        running.map(OperatedRollouts::new), replays, beside.cluster().map(ClusterDesk.class::cast));
  }

  private int drained(ModelServer server, Termination.Cause cause) throws InterruptedException {
    if (!server.drain(DRAIN_PATIENCE)) {
      console.note("weft: gave up waiting for requests to end");
      return ExitCode.FAILED;
    }
    return switch (cause) {
      case TERMINATED -> ExitCode.OK;
      case INTERRUPTED -> ExitCode.INTERRUPTED;
    };
  }

  /** What was asked for on the command line, or else what the settings say. */
  private static OptionalInt port(String option, Optional<String> asked, OptionalInt declared) {
    try {
      return asked.map(value -> OptionalPort.of(option, value)).orElse(declared);
    } catch (IllegalArgumentException e) {
      throw new WrongUse(String.valueOf(e.getMessage()));
    }
  }

  /** Other machines reach it because that was said by name; so it says what that means. */
  private void warn(ModelServer server, Protection protecting) {
    if (!server.address().isLoopbackAddress()) {
      protecting
          .exposure()
          .missing()
          .ifPresent(what -> console.note("weft: other machines reach this without " + what));
    }
  }

  private void tell(ModelServer server, Protection protecting, List<Pipeline> served) {
    var places = new StringJoiner(" and ").add(url("http", server, protecting, server.httpPort()));
    server.grpcPort().ifPresent(number -> places.add(url("grpc", server, protecting, number)));
    console.line(
        "serving %s on %s: %s"
            .formatted(
                Amount.count(served.size(), "model"),
                places,
                served.stream().map(Pipeline::name).sorted().collect(Collectors.joining(", "))));
  }

  private void tell(MetricsServer metrics, ModelServer server, Protection protecting) {
    metrics
        .port()
        .ifPresent(
            number ->
                console.line(
                    "metrics on %s/metrics".formatted(url("http", server, protecting, number))));
  }

  private static String url(String scheme, ModelServer server, Protection protecting, int port) {
    var address = server.address().getHostAddress();
    return "%s%s://%s:%d"
        .formatted(
            scheme,
            protecting.exposure().isEncrypted() ? "s" : "",
            address.contains(":") ? "[" + address + "]" : address,
            port);
  }
}
