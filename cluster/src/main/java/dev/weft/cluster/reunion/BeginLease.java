package dev.weft.cluster.reunion;

import akka.actor.Address;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Adapter;
import akka.cluster.Cluster;
import akka.coordination.lease.javadsl.Lease;
import akka.coordination.lease.javadsl.LeaseProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The right to begin a cluster, which one node of a site has at a time: kept in the site's journal
 * ({@link dev.weft.cluster.lease.SiteLease}), under the process's own name by who wants to begin,
 * and under one name by all who are in a cluster. So it stays with them whoever of them ends, and
 * none who is cut off from them begins beside them.
 *
 * <p>What is answered fails if the journal does not say, and completes on threads of its own.
 */
public final class BeginLease {

  private static final String PATH = "weft.cluster.begin-lease";
  private static final String NAME = "weft-begin";
  private static final String INSIDE = "inside";

  private final Address self;
  private final Lease own;
  private final Lease kept;
  private volatile boolean isOwnGone;

  /** Of a process whose actor system this is. */
  public BeginLease(ActorSystem<?> system) {
    var process = Cluster.get(Adapter.toClassic(system)).selfUniqueAddress();
    var leases = LeaseProvider.get(system);
    this.self = process.address();
    this.own = leases.getLease(NAME, PATH, process.toString());
    this.kept = leases.getLease(NAME, PATH, INSIDE);
  }

  /**
   * What Akka is to be given as seeds. It has the first of a list begin a cluster where no other
   * answers, so who lacks the right is put last. One that knows nobody else is left alone, as it
   * could never join.
   */
  public CompletableFuture<List<Address>> order(List<Address> seeds) {
    if (!isFirst(seeds)) {
      return CompletableFuture.completedFuture(seeds);
    }
    return ask().handle((may, failure) -> failure == null && may ? seeds : selfLast(seeds));
  }

  /** Whether it is this node that begins where no other seed is reached. */
  boolean isFirst(List<Address> seeds) {
    return seeds.size() > 1 && seeds.getFirst().equals(self);
  }

  private static List<Address> selfLast(List<Address> seeds) {
    var ordered = new ArrayList<>(seeds.subList(1, seeds.size()));
    ordered.add(seeds.getFirst());
    return List.copyOf(ordered);
  }

  /** Asks for the right to begin. */
  CompletableFuture<Boolean> ask() {
    return copied(own.acquire());
  }

  /** Takes it anew for all who are in a cluster, as this process is. */
  CompletableFuture<Boolean> keep() {
    if (isOwnGone) {
      return copied(kept.acquire());
    }
    return copied(own.release())
        .thenCompose(
            _ -> {
              isOwnGone = true;
              return kept.acquire();
            });
  }

  /** Gives it back, as nobody of the site is left in a cluster. */
  CompletableFuture<Boolean> giveBack() {
    return copied(kept.release());
  }

  /** Akka has what depends on its own run by the common pool. */
  private static CompletableFuture<Boolean> copied(CompletionStage<Boolean> answer) {
    return answer.toCompletableFuture().copy();
  }
}
