package dev.weft.cluster.fact;

import akka.actor.Address;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.Behavior;
import akka.actor.typed.MailboxSelector;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.AbstractOnMessageBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.ClusterEvent;
import akka.cluster.Member;
import akka.cluster.MemberStatus;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Subscribe;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Tells other nodes once per interval what this one is and how it is, and hears them. All nodes of
 * a site tell each other; of other sites, those tell each other of which one stands in a region. So
 * an edge site more costs the regions one message per interval, and other edge sites nothing. What
 * a region's node heard of a linked site over its data link it passes on to the other nodes of
 * regions, once.
 */
public final class FactsActor extends AbstractOnMessageBehavior<FactsActor.Command> {

  /** Configuration path of its bounded mailbox: newer facts follow those that find no room. */
  private static final String MAILBOX = "weft.cluster.fact";

  private static final String NAME = "facts";
  private static final String REGION = "region";

  public sealed interface Command {}

  /**
   * Who is told of members, and of those that are none any more and did not leave by themselves.
   */
  public interface Membership {

    /**
     * Told in each interval, so that a removal of which no word came is noticed, too.
     *
     * @param keys of all processes that are members, and of linked nodes that were heard of late,
     *     as {@link NodeFacts#memberKey} has them
     */
    void members(Set<String> keys);

    /**
     * @param address of the process: {@code HOST:PORT}
     * @param isLost whether others are known to have removed it, as they did not reach it; of a
     *     process of another site it may be that only its removal is heard of, and not why
     */
    void removed(String address, boolean isLost);
  }

  /** What is told to other clusters, and heard of them. */
  public interface Beyond {

    /** Tells in each interval what this node is now; must not block. */
    void told(NodeFacts own);

    /** Whether nodes of other clusters count here. */
    boolean isOpen();
  }

  /** A node of another cluster told of itself over the data link. */
  public record Heard(NodeFacts facts) implements Command {}

  /** What a node tells of itself. */
  public record Told(NodeFacts facts) implements Command {}

  private record Removed(String address, boolean isLost) implements Command {}

  private enum Other implements Command {
    INSTANCE
  }

  private enum Tick implements Command {
    INSTANCE
  }

  private final FactBook book;
  private final Supplier<NodeFacts> own;
  private final Membership membership;
  private final Beyond beyond;
  private final Cluster cluster;
  private final ActorRefResolver refs;
  private long told;

  /**
   * Starts to tell and to hear.
   *
   * @param membership told of each process that is no member any more and seems lost
   * @param beyond tells other clusters
   */
  public static ActorRef<Command> start(
      akka.actor.typed.ActorSystem<?> system,
      FactBook book,
      Supplier<NodeFacts> own,
      Membership membership,
      Beyond beyond,
      Duration interval) {
    Props bounded = MailboxSelector.fromConfig(MAILBOX);
    return system.systemActorOf(create(book, own, membership, beyond, interval), NAME, bounded);
  }

  private static Behavior<Command> create(
      FactBook book,
      Supplier<NodeFacts> own,
      Membership membership,
      Beyond beyond,
      Duration interval) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  timers.startTimerWithFixedDelay(Tick.INSTANCE, Duration.ZERO, interval);
                  return new FactsActor(context, book, own, membership, beyond);
                }));
  }

  private FactsActor(
      ActorContext<Command> context,
      FactBook book,
      Supplier<NodeFacts> own,
      Membership membership,
      Beyond beyond) {
    super(context);
    this.book = book;
    this.own = own;
    this.membership = membership;
    this.beyond = beyond;
    this.cluster = Cluster.get(context.getSystem());
    this.refs = ActorRefResolver.get(context.getSystem());
    var events =
        context.messageAdapter(
            ClusterEvent.MemberEvent.class,
            event ->
                event instanceof ClusterEvent.MemberRemoved removed
                    ? new Removed(
                        address(removed.member()),
                        removed.previousStatus().equals(MemberStatus.down()))
                    : Other.INSTANCE);
    cluster.subscriptions().tell(Subscribe.create(events, ClusterEvent.MemberEvent.class));
  }

  private static String address(Member member) {
    return text(member.address());
  }

  /** An actor system's address as facts have it, {@code HOST:PORT}. */
  public static String text(Address address) {
    return address.getHost().orElse("") + ":" + address.getPort().orElse(0);
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    switch (command) {
      case Told(var facts) -> onTold(facts);
      case Heard(var facts) -> onHeard(facts);
      case Removed(var address, var isLost) -> onRemoved(address, isLost);
      case Other _ -> {}
      case Tick _ -> tell();
    }
    return this;
  }

  private void onTold(NodeFacts facts) {
    if (!facts.isLinked() || beyond.isOpen()) {
      book.told(facts);
    }
  }

  /** Each node of a linked site asks a region itself, so only regions have somebody to tell. */
  private void onHeard(NodeFacts facts) {
    if (book.told(facts) && cluster.selfMember().hasRole(REGION)) {
      for (var member : cluster.state().getMembers()) {
        if (isOther(member) && member.hasRole(REGION)) {
          tell(member, facts);
        }
      }
    }
  }

  private void onRemoved(String address, boolean isLost) {
    // One that left by itself told so before, and answered what it had.
    var wasLeaving = book.at(address).filter(facts -> !facts.state().isReady()).isPresent();
    book.gone(address);
    if ((isLost || !wasLeaving) && !isReplaced(address) && !isEnding()) {
      membership.removed(address, isLost);
    }
  }

  /**
   * Whether the next process at that address is a member, which tells itself that it is another.
   */
  private boolean isReplaced(String address) {
    for (var member : cluster.state().getMembers()) {
      if (address(member).equals(address)) {
        return true;
      }
    }
    return false;
  }

  /** Whether all others are removed for this node alone, as its own membership ends. */
  private boolean isEnding() {
    var status = cluster.selfMember().status();
    return cluster.isTerminated()
        || status.equals(MemberStatus.down())
        || status.equals(MemberStatus.exiting())
        || status.equals(MemberStatus.removed());
  }

  private void tell() {
    var facts = own.get();
    var now = facts.with(facts.state().numbered(++told));
    book.told(now);
    var members = new HashSet<String>();
    for (var member : cluster.state().getMembers()) {
      members.add(address(member));
      if (isTold(member)) {
        tell(member, now);
      }
    }
    book.linked(Optional.empty()).forEach(node -> members.add(node.memberKey()));
    if (!isEnding()) {
      membership.members(members);
    }
    beyond.told(now);
  }

  private void tell(Member member, NodeFacts facts) {
    ActorRef<Told> peer = refs.resolveActorRef("%s/system/%s".formatted(member.address(), NAME));
    peer.tell(new Told(facts.toldAt(member.dataCenter())));
  }

  private boolean isTold(Member member) {
    var self = cluster.selfMember();
    return isOther(member)
        && (member.dataCenter().equals(self.dataCenter())
            || member.hasRole(REGION)
            || self.hasRole(REGION));
  }

  private boolean isOther(Member member) {
    return (member.status() == MemberStatus.up() || member.status() == MemberStatus.weaklyUp())
        && !member.address().equals(cluster.selfMember().address());
  }
}
