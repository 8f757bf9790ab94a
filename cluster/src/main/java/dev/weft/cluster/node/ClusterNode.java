package dev.weft.cluster.node;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import akka.actor.Cancellable;
import com.typesafe.config.Config;
import dev.weft.cluster.allocation.Arrivals;
import dev.weft.cluster.artifact.ArtifactDesk;
import dev.weft.cluster.artifact.ArtifactSettings;
import dev.weft.cluster.artifact.HeldArtifacts;
import dev.weft.cluster.artifact.PeersArtifactLink;
import dev.weft.cluster.fact.FactBook;
import dev.weft.cluster.fact.FactsActor;
import dev.weft.cluster.fact.FactsExtension;
import dev.weft.cluster.fact.NodeFacts;
import dev.weft.cluster.fleet.FleetActor;
import dev.weft.cluster.fleet.FleetDesk;
import dev.weft.cluster.fleet.FleetSettings;
import dev.weft.cluster.fleet.FollowerActor;
import dev.weft.cluster.fleet.InstructionDesk;
import dev.weft.cluster.fleet.LocalRollouts;
import dev.weft.cluster.fleet.NodeReport;
import dev.weft.cluster.fleet.PeersLink;
import dev.weft.cluster.frame.FramePost;
import dev.weft.cluster.frame.WayCounters;
import dev.weft.cluster.linked.LinkedExtension;
import dev.weft.cluster.linked.LinkedSettings;
import dev.weft.cluster.linked.LinkedSites;
import dev.weft.cluster.lookout.LookoutActor;
import dev.weft.cluster.moving.DrainDesk;
import dev.weft.cluster.moving.MoveBook;
import dev.weft.cluster.moving.MoveSettings;
import dev.weft.cluster.reunion.ReunionActor;
import dev.weft.cluster.route.LinkDefaults;
import dev.weft.cluster.route.PackRule;
import dev.weft.cluster.route.RouteSettings;
import dev.weft.cluster.session.SitePlacement;
import dev.weft.cluster.site.NodeId;
import dev.weft.cluster.site.SiteSettings;
import dev.weft.cluster.standby.Standby;
import dev.weft.cluster.standby.StandbyDesk;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.manifest.NodeClass;
import dev.weft.fabric.manifest.NodeManifest;
import dev.weft.fabric.manifest.Residency;
import dev.weft.link.blob.BlobHandler;
import dev.weft.link.exchange.Exchange;
import dev.weft.link.exchange.ExchangeSettings;
import dev.weft.link.exchange.Handler;
import dev.weft.link.exchange.Peers;
import dev.weft.link.identity.Address;
import dev.weft.link.identity.Security;
import dev.weft.persistence.mirror.MirroredBuffer;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Weft in a cluster. It serves what is deployed on it before it has joined, and while nobody else
 * is there; it joins in the background, for as long as it takes.
 */
public final class ClusterNode implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ClusterNode.class);

  private static final String PATH = "weft.cluster";

  /** The hand-off of a shard has a bound of its own, below. */
  private static final Duration HAND_OVER_PATIENCE = Duration.ofSeconds(8);

  private final Weft weft;
  private final MembersExtension members;
  private final SiteSettings settings;
  private final FactBook facts;
  private final Security security;
  private final Peers peers;
  private final Exchange exchange;
  private final FramePost post;
  private final Vitals vitals;
  private final Standby standby;
  private final LinkedSites linked;
  private final MoveBook moves = new MoveBook();
  private final Cancellable leaving;
  private final Cancellable looking;
  private final Cancellable mirroring;
  private final Runnable lookout;
  private final long placeNanos;
  private final Duration drainTimeout;
  private volatile boolean isDraining;
  private volatile boolean isClosing;
  private volatile boolean hasHandedOver;

  private ClusterNode(
      Weft weft,
      Config config,
      Optional<LocalRollouts> local,
      Optional<MirroredBuffer> buffer,
      Security security,
      RandomGenerator random,
      LongSupplier nanos)
      throws IOException {
    var linking = LinkedSettings.from(config);
    this.vitals = Vitals.of(config, nanos);
    this.weft = weft;
    this.security = security;
    this.settings = SiteSettings.from(config);
    this.members = MembersExtension.get(weft.system());
    this.facts = FactsExtension.book(weft.system(), nanos);
    this.placeNanos = config.getDuration(PATH + ".place-valid-for").toNanos();
    this.drainTimeout = config.getDuration(PATH + ".drain-timeout");
    var exchanging = ExchangeSettings.from(config);
    this.peers = new Peers(settings.id().toString(), exchanging, security, random);
    this.linked =
        new LinkedSites(
            settings, linking, facts, peers, members::up, security.isEncrypted(), nanos);
    this.post =
        new FramePost(
            settings.id(),
            Set.copyOf(config.getStringList(PATH + ".zones")),
            RouteSettings.from(config),
            LinkDefaults.from(config),
            PackRule.from(config),
            weft,
            facts,
            peers,
            linked::mayAsk,
            () -> members.isUp() && !hasHandedOver,
            config.getBoolean(PATH + ".open-sessions"),
            Duration.ofNanos(placeNanos),
            config.getInt("weft.fabric.session.awake-max"),
            Arrivals.of(settings.sessionShards(), config, nanos),
            nanos);
    this.standby = Standby.start(settings.id(), facts, peers, buffer, config, random, nanos);
    var handlers = handlers(config, local, nanos);
    var link = Address.of(config.getString(PATH + ".bind.link"));
    try {
      this.exchange = Exchange.listen(link.host(), link.port(), exchanging, security, handlers);
    } catch (IOException | RuntimeException e) {
      standby.close();
      peers.close();
      throw e;
    }
    this.lookout = LookoutActor.start(weft.system(), facts, peers);
    this.mirroring = every(settings.factInterval(), () -> Thread.startVirtualThread(standby::look));
    this.leaving = every(settings.factStaleAfter(), () -> post.leaveGone(linked.kept()));
    this.looking = every(settings.factInterval(), () -> Thread.startVirtualThread(vitals::look));
  }

  /** Who answers requests of other nodes, by their kind. */
  private Map<String, Handler> handlers(
      Config config, Optional<LocalRollouts> local, LongSupplier nanos) {
    var handlers = new HashMap<String, Handler>(post.handlers());
    handlers.put(StandbyDesk.KIND, standby.desk());
    handlers.put(StatusDesk.KIND, new StatusDesk(this::status));
    handlers.put(InstructionDesk.KIND, new InstructionDesk(follower(config, local, nanos)));
    handlers.put(FleetDesk.KIND, fleetDesk(config));
    handlers.put(BlobHandler.KIND, artifactDesk(ArtifactSettings.from(config), local));
    handlers.put(
        MoveDesk.KIND,
        new MoveDesk(settings.id().site(), weft.sessions(), moves, InstantSource.system()));
    handlers.put(DrainDesk.KIND, moving(config, nanos));
    var open = new HashSet<>(post.handlers().keySet());
    open.add(BlobHandler.KIND);
    return linked.handlers(handlers, open, weft.sessions());
  }

  /**
   * Has a Weft be a node: lets frames go to where their sessions live, takes those of others, and
   * begins to join.
   *
   * @param weft started with {@link NodeConfig#of}; stays the caller's, and is closed after this
   * @param config the same
   * @param local rollouts of this node, by which it does what a region says; empty if it takes none
   * @param buffer of this node, for its standby to mirror; empty if it has none
   * @param security of the data link; closed with this
   * @param random for what must differ in each life of the process
   * @param nanos monotonic time
   * @throws IOException if the link's port is taken
   * @throws IllegalArgumentException naming a seed, service or price that is none
   */
  public static ClusterNode start(
      Weft weft,
      Config config,
      Optional<LocalRollouts> local,
      Optional<MirroredBuffer> buffer,
      Security security,
      RandomGenerator random,
      LongSupplier nanos)
      throws IOException {
    var joining = new Joining(weft.system(), config);
    var node = new ClusterNode(weft, config, local, buffer, security, random, nanos);
    var own = node.own(config);
    var told =
        FactsActor.start(
            weft.system(),
            node.facts,
            () -> own.with(node.condition()),
            node.post,
            node.linked,
            node.settings.factInterval());
    node.linked.hearBy(heard -> told.tell(new FactsActor.Heard(heard)));
    LinkedExtension.get(weft.system()).ask(node.linked.sessions());
    weft.route(node.post.way());
    joining.begin();
    ReunionActor.start(weft.system(), config.getStringList(PATH + ".seeds"), nanos);
    return node;
  }

  /**
   * As {@link #start(Weft, Config, Optional, Optional, Security, RandomGenerator, LongSupplier)},
   * for one that takes no rollouts and has no buffer.
   */
  public static ClusterNode start(
      Weft weft, Config config, Security security, RandomGenerator random, LongSupplier nanos)
      throws IOException {
    return start(weft, config, Optional.empty(), Optional.empty(), security, random, nanos);
  }

  private NodeFacts.State condition() {
    return Condition.of(weft, vitals, !isClosing)
        .with(standby.facts())
        .draining(isDraining)
        .arriving(post.arrivals());
  }

  /** Has sessions go to other sites as settings and operators say. */
  private DrainDesk moving(Config config, LongSupplier nanos) {
    var sight =
        new MovingSight(
            settings.id(),
            facts,
            this::members,
            RouteSettings.from(config).tenants(),
            weft,
            weft.sessions(),
            () -> isClosing,
            nanos);
    return sight.start(MoveSettings.from(config), moves, isSo -> isDraining = isSo);
  }

  private Cancellable every(Duration interval, Runnable work) {
    return weft.system()
        .scheduler()
        .scheduleWithFixedDelay(interval, interval, work, weft.system().executionContext());
  }

  /** Has the node's own rollouts do what a region says; without any, that is refused. */
  private InstructionDesk.Follower follower(
      Config config, Optional<LocalRollouts> local, LongSupplier nanos) {
    var fleet = FleetSettings.from(config);
    var link =
        new PeersArtifactLink(settings.id(), peers, facts::all, ArtifactSettings.from(config));
    local.ifPresent(rollouts -> rollouts.bringBy(link));
    return local
        .map(
            rollouts ->
                FollowerActor.start(
                    weft.system(),
                    new FollowerActor.Setup(settings.id(), weft.epoch(), fleet, rollouts, nanos)))
        .orElse(
            (instruction, _) ->
                CompletableFuture.completedFuture(
                    NodeReport.refusing(
                        instruction,
                        "it takes no rollouts (expected: a node started with --rollouts)",
                        weft.epoch())));
  }

  /** Hands out what is deployed here, and what was brought where its region lets that be. */
  private ArtifactDesk artifactDesk(ArtifactSettings artifacts, Optional<LocalRollouts> local) {
    var held =
        new HeldArtifacts(
            () -> FleetSight.stages(weft),
            digest -> local.map(each -> each.residency(digest)).orElseGet(Residency::anywhere));
    return new ArtifactDesk(
        held, facts, artifacts.piecesMax(), security.isEncrypted(), Thread::startVirtualThread);
  }

  private FleetDesk fleetDesk(Config config) {
    if (NodeManifest.Role.valueOf(config.getString(PATH + ".role")) != NodeManifest.Role.REGION) {
      return FleetDesk.refusing(
          () ->
              "node %s: an edge (expected: a node of a region: %s)"
                  .formatted(settings.id(), FleetSight.regions(facts.all())));
    }
    var fleet = FleetSettings.from(config);
    return new FleetDesk(
        FleetActor.start(
            weft.system(),
            new FleetActor.Setup(
                settings.id().site(),
                fleet,
                settings.factStaleAfter(),
                new PeersLink(peers, fleet.answerTimeout()),
                () -> FleetSight.of(facts.all(), status().members()),
                stage -> FleetSight.variants(weft, stage),
                InstantSource.system())));
  }

  /** What does not come to its end in time is left to those who take over. */
  private static void await(CompletableFuture<?> step) {
    try {
      step.get();
    } catch (ExecutionException e) {
      LOG.warn("while closing: {}", String.valueOf(e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private NodeFacts own(Config config) {
    var link = Address.of(config.getString(PATH + ".link"));
    return new NodeFacts(
        settings.id().name(),
        settings.id().site(),
        NodeManifest.Role.valueOf(config.getString(PATH + ".role")),
        NodeClass.valueOf(config.getString("weft.fabric.node-class")),
        weft.epoch(),
        members.address(),
        "%s:%d".formatted(link.host(), link.port() == 0 ? exchange.port() : link.port()),
        Set.copyOf(config.getStringList(PATH + ".zones")),
        NodeFacts.State.idle());
  }

  public NodeId id() {
    return settings.id();
  }

  /** What this node sees of the cluster. */
  public ClusterStatus status() {
    return new ClusterStatus(settings.id(), members(), facts.all(), frames(), moves.moves());
  }

  private List<ClusterStatus.Member> members() {
    return members.all(facts);
  }

  /** How many frames went which way; cheap enough to be asked for often. */
  public WayCounters.Counts frames() {
    return post.counts();
  }

  /**
   * Completes when the node's actor system has ended: closed, or removed by the other nodes of its
   * site that did not reach it. Then it can serve nothing any more, and its process must be started
   * anew.
   */
  public CompletableFuture<Void> ended() {
    return weft.system().getWhenTerminated().<Void>thenApply(_ -> null).toCompletableFuture();
  }

  /**
   * Has its sessions go to the other nodes of its site, if there are any, runs the frames that come
   * for them until those who send them know, and then takes no more. Blocks for as long.
   */
  @Override
  public void close() {
    isClosing = true;
    lookout.run();
    if (members.hasNeighbour()) {
      await(SitePlacement.handOver(weft.system(), HAND_OVER_PATIENCE).toCompletableFuture());
      // What asked sessions went with them: a frame that waited for an answer would wait in vain.
      hasHandedOver = true;
      await(new CompletableFuture<Void>().completeOnTimeout(null, placeNanos, NANOSECONDS));
    }
    await(post.shut().orTimeout(drainTimeout.toNanos(), NANOSECONDS));
    weft.route(dev.weft.fabric.embedded.FrameWay.STRAIGHT);
    leaving.cancel();
    looking.cancel();
    mirroring.cancel();
    linked.close();
    standby.close();
    exchange.close();
    peers.close();
    security.close();
  }
}
