package dev.weft.cluster.reunion;

import akka.actor.ActorSelection;
import akka.actor.typed.ActorRef;
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
import akka.cluster.Gossip;
import akka.cluster.GossipEnvelope;
import akka.cluster.GossipStatus;
import akka.cluster.InternalClusterAction;
import akka.cluster.MemberStatus;
import akka.cluster.UniqueAddress;
import akka.cluster.VectorClock;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Join;
import akka.cluster.typed.Subscribe;
import akka.coordination.lease.javadsl.Lease;
import akka.coordination.lease.javadsl.LeaseProvider;
import akka.util.Version;
import dev.weft.fabric.session.RenewalExtension;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Has a node find others of its cluster's name that are not in its cluster, as {@link ReunionRule}
 * says, has it begin a cluster where none of its seeds is reached, and has it be up as {@link
 * IslandRule} says. One node of a site may do so, by a right that is kept in the site's journal.
 *
 * <p>A stranger is taken in by the message that Akka's cluster sends itself when a node joins: each
 * side lists the other as a member, and then takes what the other gossips and merges it, as after
 * any partition. Akka has no other way in for a process that is a member already. A node rises by
 * what Akka's cluster sends itself, too: it is told that those who are away have heard of it.
 */
public final class ReunionActor extends AbstractOnMessageBehavior<ReunionActor.Command> {

  private static final String NAME = "reunion";
  private static final String MAILBOX = "weft.cluster.reunion";
  private static final String LEASE = "weft.cluster.begin";
  private static final String RIGHT = "weft-begin";

  private static final Set<MemberStatus> INSIDE =
      Set.of(MemberStatus.joining(), MemberStatus.weaklyUp(), MemberStatus.up());

  /** Akka's actor that knows who is a member. */
  private static final String DAEMON = "/system/cluster/core/daemon";

  public sealed interface Command {}

  /** What another node said. */
  record Greeted(Greeting greeting) implements Command {}

  private record Removed(Life life) implements Command {}

  /**
   * A node of the site is not reached any more. It is greeted at once, as it may not know this one
   * any more, and this one not know it.
   */
  private record Missed(Life life) implements Command {}

  private record MayBegin(boolean may) implements Command {}

  private record MayRise(boolean may) implements Command {}

  /** The list of members that Akka has, with who heard of it. */
  private record Listed(Gossip list) implements Command {}

  private enum Told implements Command {
    MEMBERS,
    RENEW,
    TICK
  }

  private final TimerScheduler<Command> timers;
  private final ReunionSettings settings;
  private final ReunionRule rule;
  private final IslandRule island;
  private final List<String> seeds;
  private final LongSupplier nanos;
  private final Cluster cluster;
  private final UniqueAddress process;
  private final Life self;
  private final Lease right;
  private final akka.actor.ActorRef lists;
  private final long startedAt;
  private boolean hasJoined;
  private boolean mayRise;
  private int asked;

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
                  timers.startTimerWithFixedDelay(Told.TICK, settings.interval());
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
    this.island = new IslandRule(settings.patience());
    this.seeds = seeds.stream().map(seed -> "akka://%s@%s".formatted(system.name(), seed)).toList();
    this.nanos = nanos;
    this.cluster = Cluster.get(system);
    this.process = akka.cluster.Cluster.get(Adapter.toClassic(system)).selfUniqueAddress();
    this.self = ListCodec.life(process, cluster.selfMember().dataCenter());
    this.right =
        LeaseProvider.get(system).getLease(RIGHT, LEASE, cluster.selfMember().address().hostPort());
    this.lists =
        Adapter.toClassic(
            context.messageAdapter(GossipEnvelope.class, told -> new Listed(told.gossip())));
    this.startedAt = nanos.getAsLong();
    var events =
        context.messageAdapter(
            ClusterEvent.MemberEvent.class,
            event ->
                event instanceof ClusterEvent.MemberRemoved removed
                    ? new Removed(ListCodec.life(removed.member()))
                    : Told.MEMBERS);
    var misses =
        context.messageAdapter(
            ClusterEvent.UnreachableMember.class,
            event -> new Missed(ListCodec.life(event.member())));
    cluster.subscriptions().tell(Subscribe.create(events, ClusterEvent.MemberEvent.class));
    context.spawn(NamesakeActor.create(), "namesake");
    cluster.subscriptions().tell(Subscribe.create(misses, ClusterEvent.UnreachableMember.class));
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    switch (command) {
      case Greeted(var greeting) -> onGreeted(greeting);
      case Removed(var life) -> rule.removed(life);
      case Missed(var life) when isInside() -> greet(life.address(), sight(), false);
      case Missed _ -> {}
      case MayBegin(var may) -> begin(may);
      case MayRise(var may) -> onMayRise(may);
      case Listed(var list) -> onListed(list);
      case Told.MEMBERS -> hasJoined = true;
      case Told.RENEW -> RenewalExtension.get(getContext().getSystem()).renew();
      case Told.TICK -> onTick();
    }
    return this;
  }

  private void onTick() {
    var sight = sight();
    if (isInside() && rule.stoodStill(sight, nanos.getAsLong())) {
      getContext().getLog().warn("this node stood still for long: it ends, to join anew");
      getContext().getSystem().terminate();
    } else if (isInside()) {
      rule.greeted(sight, seeds).forEach(address -> greet(address, sight, false));
      mayRise = false;
      askForList(sight);
    } else if (isOutside()
        // Or it would find nobody afterwards.
        && !seeds.isEmpty()
        && nanos.getAsLong() - startedAt >= settings.beginAfter().toNanos()) {
      ask(MayBegin::new);
    }
  }

  /** Asks the site's journal for the right that one node of it has. */
  private void ask(Function<Boolean, Command> answered) {
    // Of a copy, as Akka has what depends on its own run by the common pool.
    getContext()
        .pipeToSelf(
            right.acquire().toCompletableFuture().copy(),
            (may, failure) -> answered.apply(failure == null && may));
  }

  private boolean isRising() {
    return ListCodec.RISING.contains(status());
  }

  private MemberStatus status() {
    for (var member : cluster.state().getMembers()) {
      if (member.uniqueAddress().equals(process)) {
        return member.status();
      }
    }
    return MemberStatus.removed();
  }

  /** Has Akka tell the list of members it has, as if to one it does not miss that knows nothing. */
  private void askForList(Sight sight) {
    var others = sight.members().stream().filter(member -> !member.equals(sight.self())).toList();
    if (!isRising() || others.isEmpty()) {
      island.reset();
      return;
    }
    var reached = others.stream().filter(member -> !sight.unreached().contains(member)).toList();
    var some = reached.isEmpty() ? others : reached;
    asked = (asked + 1) % some.size();
    var nothing = VectorClock.apply(VectorClock.apply$default$1());
    daemon()
        .tell(new GossipStatus(ListCodec.process(some.get(asked)), nothing, new byte[0]), lists);
  }

  private void onListed(Gossip list) {
    if (!isRising() || !island.rises(island(list), nanos.getAsLong())) {
      return;
    }
    if (mayRise) {
      mayRise = false;
      rise(list);
    } else {
      ask(MayRise::new);
    }
  }

  /** By then the list may have changed. */
  private void onMayRise(boolean may) {
    mayRise = may && isRising();
    if (mayRise) {
      askForList(sight());
    }
  }

  /**
   * Has Akka take it that those at other sites have heard of this node, and do then what the leader
   * of a site does. If its list is a newer one by now, it throws this away.
   */
  private void rise(Gossip list) {
    var deaf = island(list).deaf();
    getContext().getLog().warn("{} have not heard of this node, which goes on without them", deaf);
    take(ListCodec.heardBy(list, deaf));
    daemon().tell(InternalClusterAction.LeaderActionsTick$.MODULE$, nobody());
  }

  private Island island(Gossip list) {
    return ListCodec.island(list, self, process.address().equals(cluster.state().getLeader()));
  }

  private void take(Gossip list) {
    daemon().tell(GossipEnvelope.apply(process, process, list), nobody());
  }

  private ActorSelection daemon() {
    return Adapter.toClassic(getContext().getSystem()).actorSelection(DAEMON);
  }

  private akka.actor.ActorRef nobody() {
    return Adapter.toClassic(getContext().getSystem().ignoreRef());
  }

  /** Also one that is not up yet: it may be a process that knows nobody that keeps it so. */
  private boolean isInside() {
    return INSIDE.contains(status());
  }

  /** Whether it has not joined anybody yet; who was removed is no member either, and ends. */
  private boolean isOutside() {
    hasJoined |= !status().equals(MemberStatus.removed());
    return !hasJoined;
  }

  private void begin(boolean may) {
    if (may && isOutside()) {
      getContext()
          .getLog()
          .warn("no seed of {} was reached in {}: this node begins", seeds, settings.beginAfter());
      cluster.manager().tell(Join.create(process.address()));
    }
  }

  private Sight sight() {
    var state = cluster.state();
    var members = new ArrayList<Life>();
    var unreached = new HashSet<Life>();
    for (var member : state.getMembers()) {
      var life = ListCodec.life(member);
      members.add(life);
      // Akka tells of a site that is away as a whole, and not of its nodes.
      if (state.getUnreachable().contains(member)
          || state.getUnreachableDataCenters().contains(member.dataCenter())) {
        unreached.add(life);
      }
    }
    return new Sight(self, members, unreached);
  }

  private void greet(String address, Sight sight, boolean isAnswer) {
    var member = cluster.selfMember();
    var greeting =
        new Greeting(
            self,
            member.getRoles(),
            member.appVersion().version(),
            sight.uidAt(address),
            isAnswer,
            sight.around(settings.aroundMax()));
    // By its path, as Akka sends nothing else to a process that was removed.
    Adapter.toClassic(getContext().getSystem())
        .actorSelection("%s/system/%s".formatted(address, NAME))
        .tell(new Greeted(greeting), nobody());
  }

  private void onGreeted(Greeting greeting) {
    if (!isInside()) {
      return;
    }
    var sight = sight();
    if (ReunionRule.answers(greeting, sight)) {
      greet(greeting.from().address(), sight, true);
    }
    if (rule.hasOwned(greeting, sight)) {
      // It ends after its last word, with what its sessions have under way.
      timers.startSingleTimer(Told.RENEW, settings.patience().multipliedBy(2));
    }
    switch (rule.heard(greeting, sight, nanos.getAsLong())) {
      case STAY, RIVAL -> {}
      case TAKE_IN -> takeIn(greeting);
      case GIVE_WAY -> end("nodes of this site are in another cluster of more nodes", greeting);
      case LEAVE -> end("this node is not known any more", greeting);
    }
  }

  private void end(String why, Greeting greeting) {
    getContext()
        .getLog()
        .warn("{}, as {} says: it ends, to join it in its next life", why, greeting.from());
    getContext().getSystem().terminate();
  }

  private void takeIn(Greeting greeting) {
    var stranger = greeting.from();
    getContext().getLog().info("{} is taken in", stranger);
    var roles = CollectionConverters.asScala(greeting.roles()).<String>toSet();
    var version = new Version(greeting.version());
    daemon()
        .tell(
            new InternalClusterAction.Join(ListCodec.process(stranger), roles, version), nobody());
  }
}
