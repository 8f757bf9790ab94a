package dev.weft.sim.node;

import akka.actor.AddressFromURIString;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.RecipientRef;
import akka.actor.typed.javadsl.AskPattern;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.JoinSeedNodes;
import akka.pattern.StatusReply;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import dev.weft.cluster.reunion.BeginLease;
import dev.weft.cluster.reunion.ReunionActor;
import dev.weft.cluster.session.SitePlacement;
import dev.weft.cluster.site.SiteSettings;
import dev.weft.fabric.session.AwakeRules;
import dev.weft.fabric.session.Feeder;
import dev.weft.fabric.session.FeederId;
import dev.weft.fabric.session.Placement;
import dev.weft.fabric.session.SessionEntity;
import dev.weft.fabric.session.SessionRules;
import dev.weft.fabric.session.SessionState;
import dev.weft.fabric.session.SessionTransfer;
import dev.weft.fabric.session.Sessions;
import dev.weft.fabric.session.SessionsActor.For;
import dev.weft.fabric.session.TenantContexts;
import dev.weft.sim.world.Host;
import dev.weft.sim.world.WorldConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * One life of a member of a cluster on a simulated machine, with the sessions of its site: Akka's
 * cluster, split brain resolver and sharding, and {@link SitePlacement} over them, as they are.
 */
public final class Member {

  private static final String SYSTEM = "weft";
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  /** As {@code ClusterNode} has when it closes. */
  private static final Duration HAND_OVER_PATIENCE = Duration.ofSeconds(8);

  /** Short sleeps and little patience, so that much happens in little time. */
  private static final String SETTINGS =
      """
      weft.cluster.reunion { first-begin-after = 4s, begin-after = 12s, interval = 2s, patience = 5s }
      weft.cluster.begin-lease.heartbeat-timeout = 8s
      weft.fabric.session.idle-after = 20s
      weft.fabric.session.snapshot-every = 40
      """;

  /** Prepared once, as that takes longer than a start. */
  private static final Config CONFIG = config();

  private final Host host;
  private final ActorSystem<Void> system;
  private final Cluster cluster;
  private final RecipientRef<For> place;
  private final Sessions sessions;

  private static Config config() {
    var base =
        ConfigFactory.parseString(SETTINGS)
            .withFallback(ConfigFactory.defaultReferenceUnresolved(Member.class.getClassLoader()))
            .resolve();
    var overlays = SiteSettings.overlay(base).withFallback(SessionRules.overlay(base));
    return WorldConfig.clustered(overlays.withFallback(base));
  }

  /**
   * Starts what runs on {@code host}, which has just booted.
   *
   * @param shards over which the site's sessions are spread
   * @param seeds machines to join, in this order; if the host itself is the first, it begins a
   *     cluster where no other is reached
   * @param ended told when it has ended by itself, as after it was downed
   */
  public static Member start(
      Host host, String site, int shards, List<String> seeds, Runnable ended) {
    return host.enter(() -> new Member(host, site, shards, seeds, ended));
  }

  private Member(Host host, String site, int shards, List<String> seeds, Runnable ended) {
    this.host = host;
    var config =
        CONFIG
            .withValue("akka.remote.artery.canonical.hostname", value(host.name()))
            .withValue("akka.cluster.multi-data-center.self-data-center", value(site))
            .withValue("weft.cluster.site", value(site))
            .withValue("weft.cluster.session-shards", ConfigValueFactory.fromAnyRef(shards))
            .withValue("weft.cluster.node", value(host.name()));
    system = ActorSystem.create(Behaviors.empty(), SYSTEM, WorldConfig.setup(host, config));
    cluster = Cluster.get(system);
    var placement = new SitePlacement();
    var feeder =
        Feeder.untraced(new FeederId(host.journal().nextProcess(), placement.node(system)));
    place = placement.start(system, entities(feeder));
    sessions =
        new Sessions(
            place,
            system.scheduler(),
            PATIENCE,
            (answer, time) ->
                host.after(time, () -> answer.completeExceptionally(new TimeoutException())));
    var hosts = seeds.stream().map(WorldConfig::hostPort).toList();
    join(seeds);
    ReunionActor.start(system, hosts, host.clock()::nanos);
    // Of a copy, as Akka has what depends on its own run by the common pool.
    var _ = system.getWhenTerminated().toCompletableFuture().copy().thenRun(ended);
  }

  private void join(List<String> seeds) {
    var addresses =
        seeds.stream()
            .map(seed -> AddressFromURIString.parse(WorldConfig.address(SYSTEM, seed)))
            .toList();
    var _ =
        new BeginLease(system)
            .order(addresses)
            .thenAccept(all -> cluster.manager().tell(new JoinSeedNodes(all)));
  }

  private static ConfigValue value(String text) {
    return ConfigValueFactory.fromAnyRef(text);
  }

  private Placement.Entities entities(Feeder feeder) {
    var rules = SessionRules.from(CONFIG);
    var tenants = new TenantContexts(rules.tenantContextBytesMax());
    var clock = host.clock();
    return new Placement.Entities(
        session ->
            SessionEntity.create(
                session, () -> SessionClient.SIGNALS, rules, tenants, feeder, clock::instant),
        AwakeRules.from(CONFIG),
        clock::nanos);
  }

  /**
   * Asks something of a session.
   *
   * @param site at which it is, if who asks was told; empty for where it is found
   * @param then is told the state or why not, unless the member ends before
   */
  void ask(
      String session,
      String site,
      Function<ActorRef<StatusReply<SessionState>>, SessionEntity.Request> request,
      BiConsumer<Optional<SessionState>, Optional<Throwable>> then) {
    host.receive(
        () ->
            AskPattern.<For, SessionState>askWithStatus(
                    place,
                    replyTo -> new For(session, request.apply(replyTo), site),
                    PATIENCE,
                    system.scheduler())
                .toCompletableFuture()
                .copy()
                .whenComplete(
                    (state, failure) ->
                        then.accept(
                            Optional.ofNullable(state),
                            Optional.ofNullable(failure).map(Member::cause))));
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException wrapped && wrapped.getCause() != null
        ? wrapped.getCause()
        : failure;
  }

  /** Brings a session from one site to another, as far as that comes. */
  public void move(String session, String from, String to) {
    host.receive(
        () -> {
          var _ = new SessionTransfer(sessions, session).move(from, to);
        });
  }

  /** Brings to its end what was left half done of moves of a session. */
  public void mend(String session, String site) {
    host.receive(
        () -> {
          var _ = new SessionTransfer(sessions, session).mend(site);
        });
  }

  /** How each member stands, as this one sees it, by host. */
  public Map<String, String> members() {
    var members = new TreeMap<String, String>();
    for (var member : cluster.state().getMembers()) {
      members.put(host(member), member.status().toString());
    }
    return members;
  }

  /** The hosts that cannot be reached, as this one sees it. */
  public Set<String> unreachable() {
    var state = cluster.state();
    var hosts = new TreeSet<String>();
    state.getUnreachable().forEach(member -> hosts.add(host(member)));
    // Akka tells of another data center as a whole, and not of its members.
    var away = state.getUnreachableDataCenters();
    for (var member : state.getMembers()) {
      if (away.contains(member.dataCenter())) {
        hosts.add(host(member));
      }
    }
    return hosts;
  }

  private static String host(akka.cluster.Member member) {
    return member.address().getHost().orElseThrow();
  }

  /** Hands its sessions over, leaves the cluster in good order, and ends. */
  public void leave() {
    host.receive(
        () -> {
          var _ =
              SitePlacement.handOver(system, HAND_OVER_PATIENCE)
                  .toCompletableFuture()
                  .copy()
                  .whenComplete((_, _) -> host.receive(system::terminate));
        });
  }
}
