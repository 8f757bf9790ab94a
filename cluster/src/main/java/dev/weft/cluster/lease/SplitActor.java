package dev.weft.cluster.lease;

import akka.actor.Props;
import akka.cluster.Cluster;
import akka.cluster.ClusterEvent;
import akka.cluster.UniqueAddress;
import akka.cluster.sbr.DowningStrategy;
import akka.cluster.sbr.SplitBrainResolverBase;
import akka.remote.artery.ThisActorSystemQuarantinedEvent;
import java.util.concurrent.TimeUnit;
import scala.concurrent.duration.FiniteDuration;

/**
 * Akka's split brain resolver as it runs in a cluster (Akka's own class for that is closed), which
 * never gives a lease back by itself: this one ends by its own time, and a release that is late
 * could end the right to the next decision.
 */
final class SplitActor extends SplitBrainResolverBase {

  private static final FiniteDuration NEVER = FiniteDuration.create(365, TimeUnit.DAYS);

  private final Cluster cluster;

  private SplitActor(FiniteDuration stableAfter, DowningStrategy strategy) {
    super(stableAfter, strategy);
    this.cluster = Cluster.get(context().system());
  }

  static Props props(FiniteDuration stableAfter, DowningStrategy strategy) {
    return Props.create(SplitActor.class, () -> new SplitActor(stableAfter, strategy));
  }

  @Override
  public UniqueAddress selfUniqueAddress() {
    return cluster.selfUniqueAddress();
  }

  @Override
  public String selfDc() {
    return cluster.selfDataCenter();
  }

  /** How long a lease is kept after all who were to be removed are; asked of each removal. */
  @Override
  public FiniteDuration akka$cluster$sbr$SplitBrainResolverBase$$releaseLeaseAfter() {
    return NEVER;
  }

  @Override
  public void preStart() throws Exception {
    cluster.subscribe(
        self(), ClusterEvent.initialStateAsEvents(), ClusterEvent.ClusterDomainEvent.class);
    context().system().eventStream().subscribe(self(), ThisActorSystemQuarantinedEvent.class);
    super.preStart();
  }

  @Override
  public void postStop() {
    cluster.unsubscribe(self());
    context().system().eventStream().unsubscribe(self(), ThisActorSystemQuarantinedEvent.class);
    super.postStop();
  }

  @Override
  public void down(UniqueAddress node, DowningStrategy.Decision decision) {
    log().info("{} is removed from the site by {}", node, decision);
    cluster.down(node.address());
  }
}
