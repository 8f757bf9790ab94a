package dev.weft.cluster.reunion;

import akka.actor.ActorSelection;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractOnMessageBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.cluster.Cluster;
import akka.cluster.ClusterEvent;
import akka.cluster.Gossip;
import akka.cluster.GossipEnvelope;
import akka.cluster.GossipStatus;
import akka.cluster.MemberStatus;
import akka.cluster.UniqueAddress;
import akka.cluster.VectorClock;
import akka.cluster.typed.Subscribe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;

/**
 * Has no process be a member that was at this one's address before it. Akka sees to it when one
 * joins, but lists that become one later, as of sites that were apart while this node was started
 * twice, may have both; and it knows a process by its address where one is missed, downed or shown
 * to others in the process, and takes the one for the other. Who runs there is sure that the others
 * are gone, and strikes them from the list.
 */
final class NamesakeActor extends AbstractOnMessageBehavior<NamesakeActor.Command> {

  /** Akka's actor that knows who is a member. */
  private static final String DAEMON = "/system/cluster/core/daemon";

  /** Akka's actor by which this process sees who is a member. */
  private static final String VIEW = "/system/clusterEventBusListener";

  sealed interface Command {}

  private record Removed(Life life) implements Command {}

  /** The list of members that Akka has. */
  private record Listed(Gossip list) implements Command {}

  /** A process is a member, or about to be one. */
  private record Present(Life life) implements Command {}

  private enum Tick implements Command {
    INSTANCE
  }

  /** Akka may throw away a list that was changed here, as a newer one has come by then. */
  private static final Duration AGAIN = Duration.ofSeconds(1);

  private final TimerScheduler<Command> timers;
  private final NamesakeRule rule;
  private final Cluster cluster;
  private final UniqueAddress process;
  private final Life self;
  private final akka.actor.ActorRef lists;

  static Behavior<Command> create() {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new NamesakeActor(context, timers)));
  }

  private NamesakeActor(ActorContext<Command> context, TimerScheduler<Command> timers) {
    super(context);
    this.timers = timers;
    this.cluster = Cluster.get(Adapter.toClassic(context.getSystem()));
    this.process = cluster.selfUniqueAddress();
    this.self = ListCodec.life(process, cluster.selfDataCenter());
    this.rule = new NamesakeRule(self);
    this.lists =
        Adapter.toClassic(
            context.messageAdapter(GossipEnvelope.class, told -> new Listed(told.gossip())));
    var events =
        context.messageAdapter(
            ClusterEvent.MemberEvent.class,
            event ->
                event instanceof ClusterEvent.MemberRemoved removed
                    ? new Removed(ListCodec.life(removed.member()))
                    : new Present(ListCodec.life(event.member())));
    akka.cluster.typed.Cluster.get(context.getSystem())
        .subscriptions()
        .tell(Subscribe.create(events, ClusterEvent.MemberEvent.class));
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    switch (command) {
      case Present(var life) -> onPresent(life);
      case Tick.INSTANCE -> askForList();
      case Listed(var list) -> onListed(list);
      case Removed(var life) when rule.isNamesake(life) -> {
        rule.gone(life);
        renewView();
      }
      case Removed _ -> {}
    }
    return this;
  }

  /** What the event says counts: what Akka shows of the list in this process may be older. */
  private void onPresent(Life life) {
    if (rule.isNamesake(life) && rule.isNews(life)) {
      askForList();
    }
  }

  /**
   * Has Akka tell its list, as if to who knows nothing yet. It tells only members that this process
   * reaches: with no other there is nobody to take the one for the other. Asks until none is there.
   */
  private void askForList() {
    if (rule.isAlone()) {
      return;
    }
    timers.startSingleTimer(Tick.INSTANCE, AGAIN);
    var state = cluster.state();
    var members = new ArrayList<Life>();
    var unreached = new HashSet<Life>();
    for (var member : state.getMembers()) {
      var life = ListCodec.life(member);
      members.add(life);
      if (state.getUnreachable().contains(member)
          || state.getUnreachableDataCenters().contains(member.dataCenter())) {
        unreached.add(life);
      }
    }
    rule.asker(new Sight(self, members, unreached))
        .ifPresent(
            life -> {
              var nothing = VectorClock.apply(VectorClock.apply$default$1());
              daemon().tell(new GossipStatus(ListCodec.process(life), nothing, new byte[0]), lists);
            });
  }

  private void onListed(Gossip list) {
    var members = ListCodec.members(list);
    var before = members.stream().filter(rule::isNamesake).toList();
    if (before.isEmpty()) {
      rule.listedNone();
      return;
    }
    var system = getContext().getSystem();
    getContext().getLog().warn("{} were at this node's address before it, and are gone", before);
    var now = system.startTime() + Duration.ofSeconds(system.uptime()).toMillis();
    var without = ListCodec.without(list, process, before, now);
    daemon().tell(GossipEnvelope.apply(process, process, without), nobody());
    if (isFull(list) && members.stream().anyMatch(this::isNeighbour)) {
      getContext()
          .getLog()
          .warn("its neighbours take what it has of sessions for theirs: it ends, to join anew");
      system.terminate();
    }
  }

  private boolean isFull(Gossip list) {
    return list.member(process).status().equals(MemberStatus.up());
  }

  private boolean isNeighbour(Life life) {
    return life.site().equals(self.site()) && !life.isAt(self);
  }

  /**
   * What Akka shows of the list in this process takes who was at its address for the process
   * itself, and is empty when that one is removed: so it is given the list as a whole.
   */
  private void renewView() {
    var refs = ActorRefResolver.get(getContext().getSystem());
    ActorRef<Object> view = refs.resolveActorRef(self.address() + VIEW);
    cluster.sendCurrentClusterState(Adapter.toClassic(view));
  }

  private ActorSelection daemon() {
    return Adapter.toClassic(getContext().getSystem()).actorSelection(DAEMON);
  }

  private akka.actor.ActorRef nobody() {
    return Adapter.toClassic(getContext().getSystem().ignoreRef());
  }
}
