package dev.weft.cluster.reunion;

import akka.actor.AddressFromURIString;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.MailboxSelector;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.AbstractOnMessageBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.cluster.ClusterEvent;
import akka.cluster.InternalClusterAction;
import akka.cluster.Member;
import akka.cluster.MemberStatus;
import akka.cluster.UniqueAddress;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Join;
import akka.cluster.typed.Subscribe;
import akka.coordination.lease.javadsl.Lease;
import akka.coordination.lease.javadsl.LeaseProvider;
import akka.util.Version;
import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.session.RenewalExtension;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Has a node find others of its cluster's name that are not in its cluster, as {@link ReunionRule}
 * says, and has it begin a cluster where none of its seeds is reached. One node of a site may do
 * that, by a right that is kept in the site's journal.
 *
 * <p>A stranger is taken in by the message that Akka's cluster sends itself when a node joins: each
 * side lists the other as a member, and then takes what the other gossips and merges it, as after
 * any partition. Akka has no other way in for a process that is a member already.
 */
public final class ReunionActor extends AbstractOnMessageBehavior<ReunionActor.Command> {

  private static final String NAME = "reunion";
  private static final String MAILBOX = "weft.cluster.reunion";
  private static final String LEASE = "weft.cluster.begin-lease";
  private static final String RIGHT = "weft-begin";

  private static final Set<MemberStatus> INSIDE =
      Set.of(MemberStatus.joining(), MemberStatus.weaklyUp(), MemberStatus.up());

  /** Akka's actor that knows who is a member. */
  private static final String DAEMON = "/system/cluster/core/daemon";

  /** Akka's actor that keeps what {@code Cluster.state} shows. */
  private static final String VIEW = "/system/clusterEventBusListener";

  public sealed interface Command {}

  /** What another node said. */
  record Greeted(Greeting greeting) implements Command {}

  private record Removed(Life life) implements Command {}

  private record MayBegin(boolean may) implements Command {}

  private enum Other implements Command {
    INSTANCE
  }

  private enum Renew implements Command {
    INSTANCE
  }

  private enum Tick implements Command {
    INSTANCE
  }

  private final TimerScheduler<Command> timers;
  private final ReunionSettings settings;
  private final ReunionRule rule;
  private final List<String> seeds;
  private final LongSupplier nanos;
  private final Cluster cluster;
  private final ActorRefResolver refs;
  private final Lease right;
  private final long startedAt;
  private boolean hasJoined;
  private boolean isAsking;

  /**
   * Starts to greet and to hear.
   *
   * @param seeds that the node joins by: {@code HOST:PORT} each
   * @param nanos monotonic time
   */
  public static ActorRef<Command> start(
      ActorSystem<?> system, List<String> seeds, LongSupplier nanos) {
    var settings = ReunionSettings.from(system.settings().config());
    Props bounded = MailboxSelector.fromConfig(MAILBOX);
    return system.systemActorOf(create(settings, seeds, nanos), NAME, bounded);
  }

  private static Behavior<Command> create(
      ReunionSettings settings, List<String> seeds, LongSupplier nanos) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  timers.startTimerWithFixedDelay(Tick.INSTANCE, settings.interval());
                  return new ReunionActor(context, timers, settings, seeds, nanos);
                }));
  }

  private ReunionActor(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      ReunionSettings settings,
      List<String> seeds,
      LongSupplier nanos) {
    super(context);
    this.timers = timers;
    var system = context.getSystem();
    this.settings = settings;
    this.rule = new ReunionRule(settings);
    this.seeds = seeds.stream().map(seed -> "akka://%s@%s".formatted(system.name(), seed)).toList();
    this.nanos = nanos;
    this.cluster = Cluster.get(system);
    this.refs = ActorRefResolver.get(system);
    this.right =
        LeaseProvider.get(system)
            .getLease(RIGHT, LEASE, cluster.selfMember().uniqueAddress().toString());
    this.startedAt = nanos.getAsLong();
    var events =
        context.messageAdapter(
            ClusterEvent.MemberEvent.class,
            event ->
                event instanceof ClusterEvent.MemberRemoved removed
                    ? new Removed(life(removed.member()))
                    : Other.INSTANCE);
    cluster.subscriptions().tell(Subscribe.create(events, ClusterEvent.MemberEvent.class));
  }

  private static Life life(Member member) {
    return new Life(
        member.address().toString(),
        member.uniqueAddress().longUid(),
        new SiteName(member.dataCenter()));
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    switch (command) {
      case Greeted(var greeting) -> onGreeted(greeting);
      case Removed(var life) -> onRemoved(life);
      case MayBegin(var may) -> begin(may);
      case Other _ -> hasJoined = true;
      case Renew _ -> RenewalExtension.get(getContext().getSystem()).renew();
      case Tick _ -> onTick();
    }
    return this;
  }

  /**
   * Akka takes a process that was at this address before for this one, shows no members any more,
   * and afterwards only those that change; so it is told anew who they are.
   */
  private void onRemoved(Life life) {
    rule.removed(life);
    var self = life(cluster.selfMember());
    if (life.isAt(self) && !life.equals(self)) {
      var system = getContext().getSystem();
      ActorRef<Object> view = refs.resolveActorRef("akka://%s%s".formatted(system.name(), VIEW));
      akka.cluster.Cluster.get(Adapter.toClassic(system))
          .sendCurrentClusterState(Adapter.toClassic(view));
    }
  }

  private void onTick() {
    if (isInside()) {
      var sight = sight();
      rule.greeted(sight, seeds).forEach(address -> greet(address, sight, false));
      if (sight.isFirstOfSite()) {
        // Whoever is cut off must not begin beside those who go on.
        askForRight();
      }
    } else if (isOutside()
        // Or it would find nobody afterwards.
        && !seeds.isEmpty()
        && nanos.getAsLong() - startedAt >= settings.beginAfter().toNanos()) {
      askForRight();
    }
  }

  /** Once at a time, as a journal that is away may answer late. */
  private void askForRight() {
    if (!isAsking) {
      isAsking = true;
      // Of a copy, as Akka has what depends on its own run by the common pool.
      getContext()
          .pipeToSelf(
              right.acquire().toCompletableFuture().copy(),
              (may, failure) -> new MayBegin(failure == null && may));
    }
  }

  /** Also one that is not up yet: it may be a process that knows nobody that keeps it so. */
  private boolean isInside() {
    return INSIDE.contains(cluster.selfMember().status());
  }

  /** Whether it has not joined anybody yet; who was removed is no member either, and ends. */
  private boolean isOutside() {
    hasJoined |= !cluster.selfMember().status().equals(MemberStatus.removed());
    return !hasJoined;
  }

  private void begin(boolean may) {
    isAsking = false;
    if (may && isOutside()) {
      getContext()
          .getLog()
          .warn("no seed of {} was reached in {}: this node begins", seeds, settings.beginAfter());
      cluster.manager().tell(Join.create(cluster.selfMember().address()));
    }
  }

  private Sight sight() {
    var state = cluster.state();
    var members = new ArrayList<Life>();
    var unreached = new HashSet<Life>();
    for (var member : state.getMembers()) {
      var life = life(member);
      members.add(life);
      if (!isReached(member, state)) {
        unreached.add(life);
      }
    }
    return new Sight(life(cluster.selfMember()), members, unreached);
  }

  /**
   * Akka tells of a site that is away as a whole, and not of its nodes; who was downed is not
   * watched any more, and so is told as neither.
   */
  private boolean isReached(Member member, ClusterEvent.CurrentClusterState state) {
    return member.uniqueAddress().equals(cluster.selfMember().uniqueAddress())
        || !(member.status().equals(MemberStatus.down())
            || state.getUnreachable().contains(member)
            || state.getUnreachableDataCenters().contains(member.dataCenter()));
  }

  private void greet(String address, Sight sight, boolean isAnswer) {
    var self = cluster.selfMember();
    var greeting =
        new Greeting(
            sight.self(),
            self.getRoles(),
            self.appVersion().version(),
            sight.uidAt(address),
            isAnswer,
            sight.around(settings.aroundMax()));
    ActorRef<Greeted> there = refs.resolveActorRef("%s/system/%s".formatted(address, NAME));
    there.tell(new Greeted(greeting));
  }

  private void onGreeted(Greeting greeting) {
    if (!isInside()) {
      return;
    }
    var sight = sight();
    if (ReunionRule.answers(greeting, sight)) {
      greet(greeting.from().address(), sight, true);
    }
    switch (rule.heard(greeting, sight, nanos.getAsLong())) {
      case STAY -> {}
      case TAKE_IN -> takeIn(greeting);
      // It ends after its last word, with what its sessions have under way.
      case RIVAL -> timers.startSingleTimer(Renew.INSTANCE, settings.patience().multipliedBy(2));
      case GIVE_WAY -> {
        getContext()
            .getLog()
            .warn(
                "nodes of this site are in another cluster of more nodes, as {} says: this one"
                    + " ends, to join it in its next life",
                greeting.from());
        getContext().getSystem().terminate();
      }
    }
  }

  private void takeIn(Greeting greeting) {
    var stranger = greeting.from();
    getContext().getLog().info("{} is taken in", stranger);
    var process = new UniqueAddress(AddressFromURIString.parse(stranger.address()), stranger.uid());
    var roles = CollectionConverters.asScala(greeting.roles()).<String>toSet();
    Adapter.toClassic(getContext().getSystem())
        .actorSelection(DAEMON)
        .tell(
            new InternalClusterAction.Join(process, roles, new Version(greeting.version())),
            Adapter.toClassic(getContext().getSystem().ignoreRef()));
  }
}
