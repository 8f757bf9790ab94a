package dev.weft.fabric.embedded;

import akka.actor.typed.ActorSystem;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.weft.fabric.load.LoadEvent;
import dev.weft.fabric.load.LoadGauge;
import dev.weft.fabric.load.LoadListeners;
import dev.weft.fabric.load.LoadState;
import dev.weft.fabric.loop.Watch;
import dev.weft.fabric.manifest.ManifestException;
import dev.weft.fabric.manifest.ManifestSet;
import dev.weft.fabric.manifest.NodeManifest;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.node.FabricSettings;
import dev.weft.fabric.node.NodeGuardian;
import dev.weft.fabric.pipeline.AnswerObserver;
import dev.weft.fabric.pipeline.AnswerRelay;
import dev.weft.fabric.pipeline.FrameRecorder;
import dev.weft.fabric.pipeline.NodeView;
import dev.weft.fabric.reading.ManifestFiles;
import dev.weft.fabric.sequence.SequencePlaces;
import dev.weft.fabric.session.Sessions;
import dev.weft.fabric.session.SignalRegistry;
import dev.weft.fabric.session.SignalSchema;
import dev.weft.fabric.session.Signals;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageKinds;
import dev.weft.stages.tensor.TensorPool;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Weft inside this JVM: loads models and pipelines and runs frames through them. Threadsafe.
 *
 * <pre>{@code
 * try (var weft = Weft.embedded()) {
 *   var classifier = weft.register("classifier", Path.of("model.onnx"));
 *   try (var answer = classifier.infer("x", weft.tensors().floats(Shape.of(1, 4), 1, 2, 3, 4))) {
 *     System.out.println(Arrays.toString(answer.output("y").toFloats()));
 *   }
 * }
 * }</pre>
 */
public final class Weft implements AutoCloseable {

  private final StageKinds kinds = StageKinds.discover();
  private final ActorSystem<NodeGuardian.Command> system;
  private final NodeCalls calls;
  private final FabricSettings settings;
  private final TensorPool tensors;
  private final SequencePlaces places;
  private final NodeView view;
  private final LoadGauge gauge = new LoadGauge();
  private final Deployed pipelines = new Deployed();
  private final Flags flags = new Flags(pipelines, SystemClock.INSTANCE);
  private final SignalRegistry signals;
  private final WeftHost host;
  private final Optional<FrameRecorder> recorder;
  private final Optional<NodeJournal> journal;
  private final Optional<SessionDesk> desk;
  private final Optional<Sessions> sessions;
  private volatile boolean closed;

  private Weft(Config config, FabricSettings declared, Optional<FrameRecorder> recorder) {
    this.settings = declared.onThisMachine();
    this.recorder = recorder;
    this.tensors = new TensorPool(settings.tensorMemoryBytes(), settings.leakTracing());
    this.places = new SequencePlaces(settings.sequences(), tensors);
    var loops = Hosting.loops(settings);
    var watch = new Watch(loops, SystemClock.INSTANCE::nanos, settings.stallTimeout().toNanos());
    gauge.wakeOnChange(loops::wake);
    this.view = new NodeView(loops, watch::entered, new GaugedLoad(gauge), SystemClock.INSTANCE);
    var hosting =
        Hosting.of(
            settings,
            tensors,
            loops,
            watch,
            gauge,
            lane -> closed || !gauge.isPaused(lane) && loops.mayRun(lane));
    var loader = Hosting.loader(settings, kinds, tensors);
    this.signals = SignalRegistry.from(config);
    this.journal = NodeJournal.open(config, SystemClock.INSTANCE);
    try {
      this.desk =
          journal.flatMap(
              opened -> SessionDesk.open(config, opened, signals, recorder, SystemClock.INSTANCE));
      this.system =
          ActorSystem.create(
              NodeGuardian.create(loader, tensors, view, hosting, settings, gauge),
              "weft",
              FabricSettings.withLoopDispatchers(
                  journal.map(opened -> opened.overlay(config)).orElse(config), settings.loops()));
    } catch (RuntimeException e) {
      journal.ifPresent(NodeJournal::close);
      throw e;
    }
    this.calls = new NodeCalls(system, settings.loadTimeout());
    this.host = new WeftHost(this::requireOpen, calls, pipelines, recorder);
    this.sessions = desk.map(opened -> opened.start(system).telling(pipelines::closed));
  }

  /**
   * Starts with the settings found on the class path. Frames are recorded, as far as their
   * manifests want it, if {@code weft.fabric.trace.folder} says where.
   */
  public static Weft embedded() {
    return embedded(ConfigFactory.load());
  }

  /**
   * Starts with the given settings.
   *
   * @param config with everything under {@code weft.fabric}, such as {@link ConfigFactory#load()}
   */
  public static Weft embedded(Config config) {
    return recordingAsConfigured(config, FabricSettings.from(config));
  }

  private static Weft recordingAsConfigured(Config config, FabricSettings settings) {
    var recording = Recording.configured(config);
    try {
      return new Weft(config, settings, recording.map(FrameRecorder.class::cast));
    } catch (RuntimeException e) {
      recording.ifPresent(Recording::close);
      throw e;
    }
  }

  /**
   * Starts with the given settings and has frames recorded, as far as their manifests want it.
   *
   * @param recorder closed with this
   */
  public static Weft recording(Config config, FrameRecorder recorder) {
    return new Weft(config, FabricSettings.from(config), Optional.of(recorder));
  }

  /**
   * Starts as the declared node: its class, its number of cores, its memory for tensors.
   *
   * @param config for everything the manifest does not say
   */
  public static Weft on(NodeManifest node, Config config) {
    return recordingAsConfigured(config, FabricSettings.from(config).as(node));
  }

  /** As {@link #on(NodeManifest, Config)}, and has frames recorded as {@link #recording} does. */
  public static Weft on(NodeManifest node, Config config, FrameRecorder recorder) {
    return new Weft(config, FabricSettings.from(config).as(node), Optional.of(recorder));
  }

  /** Inference loops: frames that can run at once. */
  public int loops() {
    return settings.loops();
  }

  /** Lends the memory for input tensors. */
  public TensorPool tensors() {
    return tensors;
  }

  /**
   * Serves one model under a name, with the signature the model itself has.
   *
   * @param model an ONNX file
   * @return a pipeline whose inputs and outputs are the model's
   * @throws WeftException if the file is missing or no model ONNX Runtime can load, or the name is
   *     taken
   */
  public Pipeline register(String name, Path model) {
    var single = SingleModel.of(name, model);
    return deploy(single.pipeline(), Map.of(name, single.stage()));
  }

  /**
   * As {@link #register(String, Path)}, and lets clients tell these signals of themselves: to their
   * {@link #sessions()}, where those are on, and with a request as attributes of its frame.
   *
   * @throws WeftException also if a signal of this node is declared otherwise; signals that were
   *     declared stay so if the model cannot be served
   */
  public Pipeline register(String name, Path model, Signals<?> told) {
    try {
      signals.declare(told.schema());
    } catch (IllegalArgumentException e) {
      throw new WeftException(ErrorCode.FAILED_PRECONDITION, String.valueOf(e.getMessage()));
    }
    return register(name, model);
  }

  /** The signals that clients may tell: those of the settings and of what was registered. */
  public SignalSchema signals() {
    return signals.schema();
  }

  /**
   * Reads and checks manifests and deploys all pipelines among them, or none.
   *
   * @param manifests a folder, or one file with the stages it needs beside it
   * @return the deployed pipelines, by name
   * @throws ManifestException with everything that is wrong in the manifests
   * @throws WeftException if a pipeline cannot be deployed
   */
  public List<Pipeline> load(Path manifests) {
    return load(ManifestFiles.load(manifests, kinds));
  }

  /** As {@link #load(Path)}, for manifests that were read and checked before. */
  public List<Pipeline> load(ManifestSet manifests) {
    return Loading.all(this, manifests);
  }

  /**
   * Deploys a pipeline. A step that names no variant runs the first of its stage that needs nothing
   * this machine lacks.
   *
   * @param declared every stage the pipeline names, by name
   * @throws ManifestException if its parts do not fit together, with everything that is wrong
   * @throws WeftException if a stage cannot be loaded or is not for nodes of this class, or the
   *     name is taken
   */
  public Pipeline deploy(PipelineManifest manifest, Map<String, StageManifest> declared) {
    pipelines.reserve(manifest.name());
    try {
      var pipeline = prepare(manifest, declared);
      exchange(List.of(), List.of(pipeline));
      return pipeline;
    } finally {
      pipelines.unreserve(manifest.name());
    }
  }

  /**
   * Loads a pipeline as {@link #deploy} does, but nobody finds it by its name before {@link
   * #exchange}. One of its name may be deployed: this one counts its frames on from there, and
   * takes over the gates and weights that both declare alike. One that is not wanted after all is
   * {@link Pipeline#unload() unloaded}.
   *
   * @throws ManifestException as {@link #deploy} does; {@link WeftException}, too, but for the name
   */
  public Pipeline prepare(PipelineManifest manifest, Map<String, StageManifest> declared) {
    requireOpen();
    var loader = new PipelineLoader(settings, tensors, view, places, recorder, calls, host, flags);
    var before = pipelines.known(manifest.name());
    try {
      return pipelines.prepared(loader.load(manifest, declared, before));
    } catch (RuntimeException e) {
      // What was to take its place does not, so its frames are what comes.
      before.ifPresent(host::redeclared);
      throw e;
    }
  }

  /**
   * Has pipelines {@code in} that were {@link #prepare}d found by name and those {@code out} no
   * more, at one instant. The latter still take frames of whoever holds them until the caller
   * {@link Pipeline#unload() unloads} them.
   *
   * @throws WeftException if another pipeline has the name of one of {@code in}, or this is closed
   */
  public void exchange(List<Pipeline> out, List<Pipeline> in) {
    requireOpen();
    pipelines.exchange(out, in);
    in.forEach(pipeline -> pipeline.change(flags::onto)); // Once more, for what was set meanwhile.
  }

  /**
   * The deployed pipeline of this name.
   *
   * @throws WeftException if there is none
   */
  public Pipeline pipeline(String name) {
    return pipelines.find(name);
  }

  /** All deployed pipelines, by name. */
  public List<Pipeline> pipelines() {
    return pipelines.all();
  }

  /** The gates of deployed pipelines, as operators set them. */
  public Flags flags() {
    return flags;
  }

  /**
   * The sessions of this node.
   *
   * @throws WeftException if they are off: {@code weft.fabric.session.enabled}
   */
  public Sessions sessions() {
    requireOpen();
    return sessions.orElseThrow(
        () ->
            new WeftException(
                ErrorCode.FAILED_PRECONDITION,
                "sessions are off (expected: weft.fabric.session.enabled = on)"));
  }

  /** The actor system of this node, for what runs beside the fabric on it; ends with this. */
  public ActorSystem<?> system() {
    return system;
  }

  /**
   * Number of this process among those that had the journal, above all before it.
   *
   * @throws WeftException if there is no journal: {@code weft.fabric.journal.enabled}
   */
  public long epoch() {
    return NodeJournal.required(journal).epoch();
  }

  /** Who records frames here; closed with this. */
  public Optional<FrameRecorder> recorder() {
    return recorder;
  }

  /** How hard the machine is pressed, which lanes wait because of it, and what changed of late. */
  public LoadState load() {
    return gauge.state();
  }

  /**
   * Tells {@code listener} of every change of load from now on, in order and on its own thread: it
   * may block, but misses what is more than {@value LoadListeners#WAITING_MAX} events back.
   *
   * @return closes to end it
   * @throws IllegalStateException if there are {@value LoadListeners#LISTENERS_MAX} listeners
   */
  public LoadListeners.Subscription onLoadEvent(Consumer<LoadEvent> listener) {
    return gauge.listen(listener);
  }

  /** Has frames that are submitted from now on go this way. */
  public void route(FrameWay way) {
    host.frameWay().set(way);
  }

  /** Tells {@code observer} of the answers from now on, until what this gives is closed. */
  public AnswerRelay.Observing observeAnswers(AnswerObserver observer) {
    return view.answers().tell(observer);
  }

  /** Memory outside the heap held by each loaded variant, in bytes, by {@code stage@variant}. */
  public Map<String, Long> loadedVariants() {
    requireOpen();
    return calls.loaded().nativeBytesByVariant();
  }

  /**
   * Lets frames inside end and frees everything. Takes at most twice {@code
   * weft.fabric.drain-timeout}, whatever the stages do.
   *
   * @throws WeftException with {@link ErrorCode#DEADLINE_EXCEEDED} if a stage still runs then; its
   *     thread and memory stay with it
   * @throws IllegalStateException naming every leaked tensor, if leaks are traced
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    view.loops().wake(); // What waits in a paused lane is let go, too.
    var unloads = pipelines.end().stream().map(calls::undeploy).toArray(CompletableFuture[]::new);
    var ended = CompletableFuture.allOf(unloads);
    NodeCalls.endsWithin(
        settings.drainTimeout(),
        desk.map(
                opened ->
                    ended
                        .thenCompose(_ -> calls.loopsCameRound(settings.loops()))
                        .thenCompose(_ -> opened.drain()))
            .orElse(ended));
    calls.terminate(settings.drainTimeout());
    journal.ifPresent(NodeJournal::close);
    recorder.ifPresent(FrameRecorder::close);
    tensors.close();
  }

  private void requireOpen() {
    if (closed) {
      throw new WeftException(ErrorCode.UNAVAILABLE, "Weft is closed");
    }
  }
}
