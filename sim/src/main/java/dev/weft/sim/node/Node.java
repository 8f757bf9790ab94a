package dev.weft.sim.node;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.AskPattern;
import akka.pattern.StatusReply;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.load.LoadGauge;
import dev.weft.fabric.loop.Loops;
import dev.weft.fabric.loop.Watch;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.node.FabricSettings;
import dev.weft.fabric.node.NodeGuardian;
import dev.weft.fabric.pipeline.FabricClock;
import dev.weft.fabric.pipeline.NodeLoad;
import dev.weft.fabric.pipeline.NodeView;
import dev.weft.fabric.pipeline.PipelineDoor;
import dev.weft.fabric.pipeline.VariantChange;
import dev.weft.fabric.session.AwakeRules;
import dev.weft.fabric.session.Feeder;
import dev.weft.fabric.session.FeederId;
import dev.weft.fabric.session.SessionEntity;
import dev.weft.fabric.session.SessionRules;
import dev.weft.fabric.session.SessionState;
import dev.weft.fabric.session.SessionTrail;
import dev.weft.fabric.session.Sessions;
import dev.weft.fabric.session.SessionsActor;
import dev.weft.fabric.session.TenantContexts;
import dev.weft.fabric.session.TrailFeeder;
import dev.weft.fabric.session.TrailRules;
import dev.weft.fabric.stage.StageHostActor;
import dev.weft.fabric.stage.StageHosting;
import dev.weft.fabric.stage.StageLoader;
import dev.weft.fabric.trace.Fingerprint;
import dev.weft.fabric.trace.Fingerprints;
import dev.weft.fabric.trace.RecorderSettings;
import dev.weft.fabric.trace.StoreSink;
import dev.weft.fabric.trace.TraceRecorder;
import dev.weft.persistence.disk.DiskException;
import dev.weft.persistence.outbox.Cursors;
import dev.weft.persistence.outbox.Outbox;
import dev.weft.persistence.segment.SegmentStore;
import dev.weft.persistence.testkit.WitnessedStore;
import dev.weft.sim.world.Host;
import dev.weft.sim.world.HostPacer;
import dev.weft.sim.world.HostTimers;
import dev.weft.sim.world.WorldConfig;
import dev.weft.stages.spi.StageFactory;
import dev.weft.stages.tensor.TensorPool;
import dev.weft.supervisor.analysis.Terms;
import dev.weft.supervisor.node.Rollouts;
import dev.weft.supervisor.rollout.RolloutListener;
import dev.weft.supervisor.rollout.RolloutPlan;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;

/**
 * One life of a Weft node on a simulated machine: what {@code Weft} wires on a real one, with the
 * machine's clocks, threads and disks, and sessions beside it.
 */
public final class Node {

  private static final int LOOPS_MAX = 4;

  /** Short, so that a run sees swapped variants go. */
  private static final String OVERRIDES = "weft.fabric.keep-loaded = 500 ms";

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(2);

  /** Few and short, so that sessions fall asleep and wake all the time, and some are refused. */
  private static final AwakeRules AWAKE = new AwakeRules(2, 1, 64, Duration.ofSeconds(2));

  private static final TrailRules TRAIL = new TrailRules(10, Duration.ofMillis(300), 8);

  /** Prepared once, as that takes longer than many a run. */
  private static final List<Config> CONFIGS = configs();

  private final FabricSettings settings;
  private final TensorPool tensors;
  private final NodeView view;
  private final InstantSource wallClock;
  private final long epoch;
  private final SegmentStore store;
  private final Optional<Outbox> outbox;
  private final TraceRecorder recorder;
  private final ActorSystem<NodeGuardian.Command> system;
  private final ActorRef<SessionsActor.Command> sessionsActor;
  private final Sessions sessions;

  private static List<Config> configs() {
    var loader = Node.class.getClassLoader();
    var base = ConfigFactory.parseString(OVERRIDES).withFallback(ConfigFactory.load(loader));
    var sessions = SessionRules.overlay(base).withFallback(base);
    return IntStream.rangeClosed(1, LOOPS_MAX)
        .mapToObj(
            loops -> WorldConfig.prepared(FabricSettings.withLoopDispatchers(sessions, loops)))
        .toList();
  }

  /** The settings of a simulated node with {@code loops} loops. */
  public static Config config(int loops) {
    return CONFIGS.get(loops - 1);
  }

  /**
   * Starts what runs on {@code host}, which has just booted.
   *
   * @throws IOException if the edge buffer cannot be opened
   */
  public static Node start(Host host, NodeSpec spec) throws IOException {
    return new Node(host, spec);
  }

  private Node(Host host, NodeSpec spec) throws IOException {
    var config = config(spec.loops());
    var clock = host.clock();
    settings = FabricSettings.from(config);
    tensors = new TensorPool(settings.tensorMemoryBytes(), settings.leakTracing());
    var random =
        RandomGeneratorFactory.of("L64X128MixRandom").create(host.world().load().nextLong());
    var cursors = cursors(host, spec, random);
    store =
        SegmentStore.open(
            host.disk(),
            cursors.map(held -> spec.trace().withHolds(held)).orElse(spec.trace()),
            host.wallClock(),
            new SecureRandom(),
            new HostPacer(host));
    outbox = cursors.map(known -> outbox(host, spec, known, random));
    var recording = recording(host, spec);
    wallClock = host.wallClock();
    epoch = recording.epoch();
    var kinds = kinds(new SimulatedEngine(host, spec.engine(), spec.witness()));
    recorder =
        new TraceRecorder(
            new StoreSink(new WitnessedStore(store, spec.book()::answered), host.wallClock()),
            new Fingerprints(kinds, environment()),
            recording,
            new HostTimers(host));
    var loops =
        new Loops(
            settings.loops(),
            settings.reservedLoops(),
            settings.reserveFor().toNanos(),
            settings.backgroundBeside());
    var watch =
        new Watch(
            loops,
            clock::nanos,
            settings.stallTimeout().toNanos(),
            nanos -> host.sleep(Duration.ofNanos(nanos)));
    var gauge = new LoadGauge();
    view = new NodeView(loops, watch::entered, NodeLoad.UNKNOWN, clock);
    var hosting = hosting(clock, loops, watch, gauge);
    var loader = new StageLoader(kinds, tensors, clock, settings.loops(), settings.process());
    var fabric = NodeGuardian.create(loader, tensors, view, hosting, settings, gauge);
    system =
        host.enter(() -> ActorSystem.create(fabric, host.name(), WorldConfig.setup(host, config)));
    var trail = new SessionTrail(TRAIL, Optional.of(recorder::mark));
    var feeder = new TrailFeeder(FeederId.of(epoch), trail);
    sessionsActor = sessionsActor(host, spec, feeder);
    sessions = sessions(host, trail, feeder);
  }

  private Outbox outbox(Host host, NodeSpec spec, Cursors known, RandomGenerator random) {
    var uploads = spec.uploads().orElseThrow();
    return Outbox.open(
        store,
        known,
        uploads.settings(),
        uploads.sink().apply(host),
        host.wallClock(),
        random,
        new HostPacer(host));
  }

  private StageHosting hosting(FabricClock clock, Loops loops, Watch watch, LoadGauge gauge) {
    return new StageHosting(
        clock,
        tensors,
        settings.stageTensorBytes(),
        FabricSettings.loopDispatchers(settings.loops()),
        loops,
        watch,
        gauge,
        loops::mayRun,
        settings.keepLoaded(),
        settings.hangTimeout());
  }

  private ActorRef<SessionsActor.Command> sessionsActor(Host host, NodeSpec spec, Feeder feeder) {
    var clock = host.clock();
    var tenants = new TenantContexts(spec.sessions().tenantContextBytesMax());
    var entities =
        SessionsActor.create(
            id ->
                SessionEntity.create(
                    id, spec::signals, spec.sessions(), tenants, feeder, clock::instant),
            AWAKE,
            clock::nanos);
    return host.enter(() -> system.systemActorOf(entities, "sessions", Props.empty()));
  }

  /** As a node that is not simulated has them, but for the timers. */
  private Sessions sessions(Host host, SessionTrail trail, TrailFeeder feeder) {
    var nanos = TRAIL.interval().toNanos();
    new HostTimers(host).scheduleWithFixedDelay(trail::round, nanos, nanos, TimeUnit.NANOSECONDS);
    var all = sessions(host);
    feeder.tellThrough(all);
    recorder.follow(trail);
    return all;
  }

  private Sessions sessions(Host host) {
    return new Sessions(
        sessionsActor.narrow(),
        system.scheduler(),
        ANSWER_WITHIN,
        (answer, time) ->
            host.after(time, () -> answer.completeExceptionally(new TimeoutException())));
  }

  private static Optional<Cursors> cursors(Host host, NodeSpec spec, RandomGenerator random)
      throws DiskException {
    if (spec.uploads().isEmpty()) {
      return Optional.empty();
    }
    var settings = spec.uploads().get().settings();
    var sinks = Map.of(settings.sink(), settings.tags());
    return Optional.of(Cursors.open(host.disk(Uploads.DISK), sinks, host.name(), random));
  }

  private static RecorderSettings recording(Host host, NodeSpec spec) {
    // Epochs grow from life to life, as time does.
    var usual = RecorderSettings.of(host.world().nanos() + 1);
    return new RecorderSettings(
        usual.epoch(),
        usual.waitingFramesMax(),
        usual.waitingBytesMax(),
        spec.recordEvery(),
        usual.tenants(),
        usual.redaction());
  }

  private static Function<String, Optional<StageFactory>> kinds(SimulatedEngine engine) {
    return kind -> kind.equals(engine.kind()) ? Optional.of(engine) : Optional.empty();
  }

  /** The same everywhere, so that records are. */
  static Fingerprint.Environment environment() {
    return new Fingerprint.Environment("none", "simulated", List.of(), Fingerprint.FABRIC_ABI);
  }

  /** Lends memory for inputs. */
  public TensorPool tensors() {
    return tensors;
  }

  /** The edge buffer. */
  public SegmentStore store() {
    return store;
  }

  /** What sends the edge buffer, if anything does. */
  public Optional<Outbox> outbox() {
    return outbox;
  }

  /**
   * Deploys a pipeline; frames are dropped until that is done.
   *
   * @return the door, at once
   */
  public PipelineDoor deploy(PipelineManifest manifest, Map<String, StageManifest> stages) {
    return deploy(manifest, stages, () -> {});
  }

  /**
   * As {@link #deploy(PipelineManifest, Map)}.
   *
   * @param then is run when it is done
   */
  PipelineDoor deploy(PipelineManifest manifest, Map<String, StageManifest> stages, Runnable then) {
    var door = new PipelineDoor(manifest, view, Optional.of(recorder));
    recorder.deployed(manifest, stages);
    var _ =
        ask(replyTo ->
                new NodeGuardian.Deploy(door, Optional.empty(), Optional.empty(), stages, replyTo))
            .thenRun(then);
    return door;
  }

  /** Changes what runs in a pipeline; answers unless the node ends before. */
  CompletableFuture<Void> vary(PipelineDoor door, VariantChange change) {
    return ask(replyTo -> new NodeGuardian.Vary(door, change, replyTo)).thenApply(_ -> null);
  }

  /** Has rollouts on this node, as whoever embeds a node has them. */
  Rollouts rollouts(
      List<Pipeline> pipelines, Function<RolloutPlan, Terms> terms, RolloutListener listener) {
    return Rollouts.on(
        new Rollouts.Node(system, epoch, () -> pipelines), terms, listener, wallClock);
  }

  /** Number of this life, above those of all before it. */
  long epoch() {
    return epoch;
  }

  private CompletableFuture<Done> ask(
      Function<ActorRef<StatusReply<Done>>, NodeGuardian.Command> command) {
    return AskPattern.<NodeGuardian.Command, StatusReply<Done>>ask(
            system, command::apply, PATIENCE, system.scheduler())
        .toCompletableFuture()
        .copy()
        .thenCompose(
            reply ->
                reply.isSuccess()
                    ? CompletableFuture.completedFuture(reply.getValue())
                    : CompletableFuture.failedFuture(reply.getError()));
  }

  /** What is loaded, by name. */
  CompletableFuture<Set<String>> loaded() {
    return AskPattern.<NodeGuardian.Command, StageHostActor.Loaded>ask(
            system, NodeGuardian.ListLoaded::new, PATIENCE, system.scheduler())
        .toCompletableFuture()
        .copy()
        .thenApply(loaded -> loaded.nativeBytesByVariant().keySet());
  }

  /** The sessions, as whoever embeds a node has them. */
  Sessions sessions() {
    return sessions;
  }

  /**
   * Asks something of a session, as another feeder than this process.
   *
   * @param then is told the state or why not, unless the node ends before
   */
  public void ask(
      String session,
      Function<ActorRef<StatusReply<SessionState>>, SessionEntity.Request> request,
      BiConsumer<Optional<SessionState>, Optional<Throwable>> then) {
    AskPattern.<SessionsActor.Command, StatusReply<SessionState>>ask(
            sessionsActor,
            replyTo -> new SessionsActor.For(session, request.apply(replyTo)),
            PATIENCE,
            system.scheduler())
        .toCompletableFuture()
        .copy()
        .whenComplete(
            (reply, failure) -> {
              if (failure != null) {
                then.accept(Optional.empty(), Optional.of(failure));
              } else if (reply.isSuccess()) {
                then.accept(Optional.of(reply.getValue()), Optional.empty());
              } else {
                then.accept(Optional.empty(), Optional.of(reply.getError()));
              }
            });
  }

  /** Frees what a killed process would have lost with its memory. */
  public void discard() {
    tensors.close();
  }
}
