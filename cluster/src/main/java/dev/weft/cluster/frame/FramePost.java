package dev.weft.cluster.frame;

import dev.weft.cluster.allocation.Arrivals;
import dev.weft.cluster.fact.FactBook;
import dev.weft.cluster.fact.FactsActor;
import dev.weft.cluster.route.LinkDefaults;
import dev.weft.cluster.route.OverflowBook;
import dev.weft.cluster.route.PackRule;
import dev.weft.cluster.route.PressureRule;
import dev.weft.cluster.route.RouteRule;
import dev.weft.cluster.route.RouteSettings;
import dev.weft.cluster.site.NodeId;
import dev.weft.fabric.embedded.FrameWay;
import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.problem.Cause;
import dev.weft.fabric.session.SessionException;
import dev.weft.fabric.session.SessionRefusal;
import dev.weft.fabric.session.SessionState;
import dev.weft.fabric.session.Sessions;
import dev.weft.link.exchange.Handler;
import dev.weft.link.exchange.Peers;
import dev.weft.link.identity.Address;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** Sends a node's frames to others, and takes theirs. */
public final class FramePost implements FactsActor.Membership {

  private static final SessionException NO_MEMBER =
      new SessionException(
          SessionRefusal.UNREACHABLE, "the node is no member of its cluster now (expected: one)");

  private final WayCounters counters = new WayCounters();
  private final RoutedWay way;
  private final Gate desk;
  private final FrameLink link;
  private final Arrivals arrivals;

  /**
   * @param zones that this node lies in
   * @param routing how routes are decided, and where frames of tenants may be
   * @param links what is taken for links that were not measured
   * @param packRule which tensors go packed over which links
   * @param weft runs what is to run here; with sessions
   * @param facts who is where
   * @param peers reaches the other nodes' desks; stays the caller's
   * @param mayAsk whether who sends a frame, by his name, may have it run in a session
   * @param isMember whether sessions can be asked by this node: not before it has joined, nor when
   *     it is about to leave
   * @param opens whether a session that nobody opened is opened by its first frame
   * @param validFor how long it counts where a session was
   * @param sessionsMax most sessions of which that is known
   * @param arrivals counts frames of sessions that come here
   * @param nanos monotonic time
   */
  public FramePost(
      NodeId here,
      Set<String> zones,
      RouteSettings routing,
      LinkDefaults links,
      PackRule packRule,
      Weft weft,
      FactBook facts,
      Peers peers,
      BiPredicate<String, String> mayAsk,
      BooleanSupplier isMember,
      boolean opens,
      Duration validFor,
      int sessionsMax,
      Arrivals arrivals,
      LongSupplier nanos) {
    var bounds = new BoundsBook(here, zones, routing);
    var places =
        new Places(
            (session, tenant) ->
                isMember.getAsBoolean()
                    ? claim(weft.sessions(), session, tenant, opens)
                    : CompletableFuture.failedFuture(NO_MEMBER),
            validFor,
            sessionsMax,
            nanos,
            CompletableFuture.delayedExecutor(validFor.toNanos(), TimeUnit.NANOSECONDS));
    this.arrivals = arrivals;
    this.link = FrameLink.of(facts, peers, links, packRule);
    var sessions =
        new SessionWay(here, bounds, places, link, weft.tensors(), nanos, counters, arrivals);
    this.way =
        new RoutedWay(
            sessions,
            bounds,
            new OverflowBook(new RouteRule(routing, PressureRule.NEUTRAL)),
            routing.enterShare(),
            new Neighbours(here, zones, facts, link, Pipeline::expectedNanos),
            weft.tensors(),
            nanos,
            counters);
    this.desk =
        new Gate(
            new FrameDesk(
                here,
                bounds,
                mayAsk,
                places,
                name -> pipeline(weft, name),
                weft.tensors(),
                counters));
  }

  private static CompletableFuture<SessionState> claim(
      Sessions sessions, String session, String tenant, boolean opens) {
    return sessions
        .claim(session)
        .exceptionallyCompose(
            problem ->
                opens
                        && Cause.of(problem) instanceof SessionException refused
                        && refused.refusal() == SessionRefusal.NOT_OPEN
                    ? sessions.open(session, tenant, 0)
                    : CompletableFuture.failedFuture(problem));
  }

  private static Optional<Pipeline> pipeline(Weft weft, String name) {
    return weft.pipelines().stream().filter(each -> each.name().equals(name)).findFirst();
  }

  /** Which way frames go that are submitted here. */
  public FrameWay way() {
    return way;
  }

  /** Frames in a second that come here first, by shard of the sessions of this site. */
  public Map<Integer, Double> arrivals() {
    return arrivals.rates();
  }

  /** Who answers requests of other nodes, by their kind. */
  public Map<String, Handler> handlers() {
    return Map.of(FrameLink.KIND, desk);
  }

  /**
   * Closes data links to nodes of which nothing was heard of late; to be called now and again. One
   * that is heard of again is connected to again.
   *
   * @param kept links that stay all the same
   */
  public void leaveGone(Set<Address> kept) {
    link.leaveGone(kept);
  }

  @Override
  public void members(Set<String> keys) {
    link.underWay().members(keys);
  }

  /**
   * Fails the frames that were sent to a process and have no answer, if that is lost and not only
   * left: they may have run there.
   */
  @Override
  public void removed(String address, boolean isLost) {
    link.underWay().removed(address, isLost);
  }

  /** Takes no more frames of other nodes. Completes when those that it took are answered. */
  public CompletableFuture<Void> shut() {
    return desk.shut();
  }

  public WayCounters.Counts counts() {
    return counters.counts();
  }
}
