package dev.weft.cluster.lookout;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.AbstractOnMessageBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.Member;
import akka.cluster.MemberStatus;
import akka.cluster.UniqueAddress;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Down;
import akka.coordination.lease.javadsl.LeaseProvider;
import dev.weft.cluster.fact.FactBook;
import dev.weft.link.exchange.PeerStatus.State;
import dev.weft.link.exchange.Peers;
import dev.weft.link.identity.Address;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Has a neighbour whose process has ended removed from the cluster at once, where the failure
 * detector would wait for its silence and the split brain resolver for that to be stable.
 *
 * <p>Should it be alive all the same, as behind something that refuses connections in its name, the
 * same right decides that decides between parts of a site: it is removed only by who gets the lease
 * in the site's journal, and without that it cannot go on by itself. The lease is not given back
 * and ends by itself, as whoever else wants it must have had the time to see the other side gone.
 */
public final class LookoutActor extends AbstractOnMessageBehavior<LookoutActor.Command> {

  private static final String NAME = "lookout";
  private static final String LEASE = "akka.cluster.split-brain-resolver.lease-majority.";

  public sealed interface Command {}

  private enum Tick implements Command {
    INSTANCE
  }

  private enum Stop implements Command {
    INSTANCE
  }

  private record Knocked(Neighbour neighbour, Knock knock) implements Command {}

  private record MayRemove(Neighbour neighbour, boolean may, @Nullable Throwable problem)
      implements Command {}

  private record KnockedLast(Neighbour neighbour, Knock knock) implements Command {}

  /**
   * What it works with; nothing of it blocks.
   *
   * @param neighbours processes of other nodes of the site that are up
   * @param isConnected whether there is a data link to one; begins to make one
   * @param knock tries connections; never completes exceptionally
   * @param right to go on without others, if one is lost
   * @param remove has one removed
   */
  record Setup(
      LookoutSettings settings,
      Supplier<List<Neighbour>> neighbours,
      Predicate<Neighbour> isConnected,
      Function<Neighbour, CompletionStage<Knock>> knock,
      Supplier<CompletionStage<Boolean>> right,
      Consumer<Neighbour> remove) {}

  private final Setup setup;
  private final Lookout lookout;

  /**
   * Begins to look out, unless that is off.
   *
   * @param peers stay the caller's
   * @return ends it
   */
  public static Runnable start(ActorSystem<?> system, FactBook facts, Peers peers) {
    var settings = LookoutSettings.from(system.settings().config());
    if (!settings.enabled()) {
      return () -> {};
    }
    var actor =
        system.systemActorOf(create(setup(system, settings, facts, peers)), NAME, Props.empty());
    return () -> actor.tell(Stop.INSTANCE);
  }

  private static Setup setup(
      ActorSystem<?> system, LookoutSettings settings, FactBook facts, Peers peers) {
    var cluster = Cluster.get(system);
    var config = system.settings().config();
    var lease =
        LeaseProvider.get(system)
            .getLease(
                config.getString(LEASE + "lease-name"),
                config.getString(LEASE + "lease-implementation"),
                cluster.selfMember().address().hostPort());
    return new Setup(
        settings,
        new Site(cluster, facts),
        neighbour -> isConnected(peers, neighbour),
        new Doors(settings.knockTimeout())::knock,
        // Of a copy, as Akka has what depends on its own run by the common pool.
        () -> lease.acquire().toCompletableFuture().copy(),
        neighbour -> remove(cluster, neighbour));
  }

  /** Processes beside this one. Where one's data link is does not change while it lives. */
  private static final class Site implements Supplier<List<Neighbour>> {

    private final Cluster cluster;
    private final FactBook facts;
    private Map<UniqueAddress, Neighbour> known = Map.of();

    Site(Cluster cluster, FactBook facts) {
      this.cluster = cluster;
      this.facts = facts;
    }

    @Override
    public List<Neighbour> get() {
      var self = cluster.selfMember();
      var found = new HashMap<UniqueAddress, Neighbour>();
      for (var member : cluster.state().getMembers()) {
        if (isUpBeside(self, member)) {
          var before = Optional.ofNullable(known.get(member.uniqueAddress()));
          before.or(() -> find(member)).ifPresent(each -> found.put(member.uniqueAddress(), each));
        }
      }
      known = found;
      return List.copyOf(found.values());
    }

    private Optional<Neighbour> find(Member member) {
      var actors = actors(member);
      return facts
          .at("%s:%d".formatted(actors.host(), actors.port()))
          .map(node -> node.id().at(node.link()))
          .map(link -> new Neighbour(actors, member.uniqueAddress().longUid(), link));
    }
  }

  /** One that leaves closes its doors, too, and is removed by itself. */
  private static boolean isUpBeside(Member self, Member member) {
    return member.dataCenter().equals(self.dataCenter())
        && member.status().equals(MemberStatus.up())
        && !member.uniqueAddress().equals(self.uniqueAddress());
  }

  private static Address actors(Member member) {
    var address = member.address();
    return Address.of(address.getHost().orElseThrow(), address.getPort().orElseThrow());
  }

  private static boolean isConnected(Peers peers, Neighbour neighbour) {
    try {
      return peers.at(neighbour.link()).status().state() == State.CONNECTED;
    } catch (IllegalArgumentException | IllegalStateException e) {
      return false; // No more links are made now.
    }
  }

  private static void remove(Cluster cluster, Neighbour neighbour) {
    for (var member : cluster.state().getMembers()) {
      if (member.uniqueAddress().longUid() == neighbour.uid()
          && actors(member).equals(neighbour.actors())) {
        cluster.manager().tell(new Down(member.address()));
      }
    }
  }

  static Behavior<Command> create(Setup setup) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  timers.startTimerWithFixedDelay(Tick.INSTANCE, setup.settings().interval());
                  return new LookoutActor(context, setup);
                }));
  }

  private LookoutActor(ActorContext<Command> context, Setup setup) {
    super(context);
    context.setLoggerName(LookoutActor.class);
    this.setup = setup;
    this.lookout = new Lookout(setup.settings().refusals());
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    switch (command) {
      case Tick _ ->
          lookout.due(setup.neighbours().get(), setup.isConnected()).forEach(this::knock);
      case Knocked(var neighbour, var knock) -> onKnocked(neighbour, knock);
      case MayRemove(var neighbour, var may, var problem) -> onMayRemove(neighbour, may, problem);
      case KnockedLast(var neighbour, var knock) -> onKnockedLast(neighbour, knock);
      case Stop _ -> {
        return Behaviors.stopped();
      }
    }
    return this;
  }

  private void knock(Neighbour neighbour) {
    getContext()
        .pipeToSelf(
            setup.knock().apply(neighbour),
            (knock, _) -> new Knocked(neighbour, knock == null ? Knock.UNCLEAR : knock));
  }

  private void onKnocked(Neighbour neighbour, Knock knock) {
    if (lookout.hasEnded(neighbour, knock)) {
      getContext()
          .pipeToSelf(
              setup.right().get(),
              (may, problem) -> new MayRemove(neighbour, may != null && may, problem));
    }
  }

  /** Without the right, whoever has it decides, or the split brain resolver does later. */
  private void onMayRemove(Neighbour neighbour, boolean may, @Nullable Throwable problem) {
    var log = getContext().getLog();
    if (may) {
      // Getting the right takes time, in which it may have come back.
      getContext()
          .pipeToSelf(
              setup.knock().apply(neighbour),
              (knock, _) -> new KnockedLast(neighbour, knock == null ? Knock.UNCLEAR : knock));
    } else {
      log.info(
          "the node at {} refuses all connections; others decide: {}",
          neighbour.actors(),
          problem == null ? "another node has the right to" : problem.toString());
    }
  }

  private void onKnockedLast(Neighbour neighbour, Knock knock) {
    if (knock == Knock.REFUSED) {
      getContext()
          .getLog()
          .warn(
              "the node at {} refuses all connections, so its process has ended: it is removed",
              neighbour.actors());
      setup.remove().accept(neighbour);
    }
  }
}
