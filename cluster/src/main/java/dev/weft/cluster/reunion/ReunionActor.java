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
import akka.util.Version;
import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.session.RenewalExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Has a node find others of its cluster's name that are not in its cluster, as {@link ReunionRule}
 * says, and has it begin a cluster where none of its seeds is reached. One node of a site may do
 * that, by a right that it asks for and, once inside, keeps from others ({@link BeginLease}).
 *
 * <p>A stranger is taken in by the message that Akka's cluster sends itself when a node joins: each
 * side lists the other as a member, and then takes what the other gossips and merges it, as after
 * any partition. Akka has no other way in for a process that is a member already.
 */
public final class ReunionActor extends AbstractOnMessageBehavior<ReunionActor.Command> {

  private static final String NAME = "reunion";
  private static final String MAILBOX = "weft.cluster.reunion";

  /**
   * How many of a site keep the right to begin, so that one that hangs or leaves does not lose it.
   */
  private static final int KEEPERS = 3;

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

  /** Something became of a process; {@code isLeaving} if it is this one, and it leaves. */
  private record Changed(Life life, boolean isLeaving) implements Command {}

  private record Answered(boolean may) implements Command {}

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
  private final UniqueAddress process;
  private final Life self;
  private final ActorRefResolver refs;
  private final BeginLease right;
  private final Duration beginAfter;
  private final long startedAt;
  private long askedAt;
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
    // Not the view's, which at times is a process before this one.
    this.process = akka.cluster.Cluster.get(Adapter.toClassic(system)).selfUniqueAddress();
    this.self = life(process, cluster.selfMember().dataCenter());
    this.right = new BeginLease(system);
    var addresses = this.seeds.stream().map(AddressFromURIString::parse).toList();
    this.beginAfter = right.isFirst(addresses) ? settings.firstBeginAfter() : settings.beginAfter();
    this.startedAt = nanos.getAsLong();
    var events = context.messageAdapter(ClusterEvent.MemberEvent.class, this::heard);
    cluster.subscriptions().tell(Subscribe.create(events, ClusterEvent.MemberEvent.class));
  }

  private Command heard(ClusterEvent.MemberEvent event) {
    var life = life(event.member());
    return event instanceof ClusterEvent.MemberRemoved
        ? new Removed(life)
        : new Changed(life, event instanceof ClusterEvent.MemberExited && life.equals(self));
  }

  private static Life life(Member member) {
    return life(member.uniqueAddress(), member.dataCenter());
  }

  private static Life life(UniqueAddress process, String site) {
    return new Life(process.address().toString(), process.longUid(), new SiteName(site));
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    switch (command) {
      case Greeted(var greeting) -> onGreeted(greeting);
      case Removed(var life) -> onRemoved(life);
      case Changed(var life, var isLeaving) -> onChanged(life, isLeaving);
      case Answered(var may) -> onAnswered(may);
      case Renew _ -> RenewalExtension.get(getContext().getSystem()).renew();
      case Tick _ -> onTick();
    }
    return this;
  }

  private void onRemoved(Life life) {
    rule.removed(life);
    tellView(life);
  }

  private void onChanged(Life life, boolean isLeaving) {
    hasJoined = true;
    tellView(life);
    if (isLeaving && isLastOfSite()) {
      // Or whoever is started next would have to wait.
      var _ = right.giveBack();
    }
  }

  /**
   * Akka takes a process that was at this address before for this one: whatever becomes of it is
   * shown of this one, and after its removal no members are, but those that change. So its view is
   * told anew who they are.
   */
  private void tellView(Life life) {
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
      if (sight.isAmongFirstOfSite(KEEPERS)) {
        // Whoever is cut off must not begin beside those who go on.
        ask(right::keep);
      }
    } else if (isOutside()
        // Or it would find nobody afterwards.
        && !seeds.isEmpty()
        && nanos.getAsLong() - startedAt >= beginAfter.toNanos()) {
      ask(right::ask);
    }
  }

  /** Once at a time, as a journal that is away may answer late; an answer may also be lost. */
  private void ask(Supplier<CompletableFuture<Boolean>> question) {
    var now = nanos.getAsLong();
    if (!isAsking || now - askedAt >= settings.beginAfter().toNanos()) {
      isAsking = true;
      askedAt = now;
      getContext()
          .pipeToSelf(question.get(), (may, failure) -> new Answered(failure == null && may));
    }
  }

  private void onAnswered(boolean may) {
    isAsking = false;
    if (may && isOutside()) {
      getContext()
          .getLog()
          .warn("no seed of {} was reached in {}: this node begins", seeds, beginAfter);
      cluster.manager().tell(Join.create(process.address()));
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

  /** Whether nobody else of its site is in its cluster, also none that is not reached. */
  private boolean isLastOfSite() {
    for (var member : cluster.state().getMembers()) {
      var life = life(member);
      if (INSIDE.contains(member.status())
          && life.site().equals(self.site())
          && !life.equals(self)) {
        return false;
      }
    }
    return true;
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
    return new Sight(self, members, unreached);
  }

  /**
   * Akka tells of a site that is away as a whole, and not of its nodes; who was downed is not
   * watched any more, and so is told as neither.
   */
  private boolean isReached(Member member, ClusterEvent.CurrentClusterState state) {
    return member.uniqueAddress().equals(process)
        || !(member.status().equals(MemberStatus.down())
            || state.getUnreachable().contains(member)
            || state.getUnreachableDataCenters().contains(member.dataCenter()));
  }

  private void greet(String address, Sight sight, boolean isAnswer) {
    var member = cluster.selfMember();
    var greeting =
        new Greeting(
            sight.self(),
            member.getRoles(),
            member.appVersion().version(),
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
