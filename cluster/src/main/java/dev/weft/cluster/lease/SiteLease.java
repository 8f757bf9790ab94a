package dev.weft.cluster.lease;

import akka.actor.ExtendedActorSystem;
import akka.coordination.lease.LeaseSettings;
import akka.coordination.lease.javadsl.Lease;
import dev.weft.persistence.journal.Journal;
import dev.weft.persistence.journal.JournalLease;
import dev.weft.persistence.journal.JournalSettings;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The right of one part of a site to go on without the other, kept in the site's journal, which
 * sessions need anyway: two nodes cannot find a majority, and of two the survivor of a crash may be
 * either. For {@code akka.cluster.split-brain-resolver.lease-majority}. A journal that is a file
 * has one node, which always has the right.
 */
public final class SiteLease extends Lease {

  private static final String BLOCKING = "akka.actor.default-blocking-io-dispatcher";

  private final LeaseSettings settings;
  private final JournalSettings where;
  private final Executor blocking;
  private CompletableFuture<Boolean> last = CompletableFuture.completedFuture(true);
  private volatile @Nullable JournalLease lease;

  /** Called by Akka. */
  public SiteLease(LeaseSettings settings, ExtendedActorSystem system) {
    this.settings = settings;
    this.where = JournalSettings.from(system.settings().config());
    this.blocking = system.dispatchers().lookup(BLOCKING);
  }

  @Override
  public LeaseSettings getSettings() {
    return settings;
  }

  /** Who gets no answer in time is denied; a right that comes later is given back. */
  @Override
  public CompletionStage<Boolean> acquire() {
    var most = settings.timeoutSettings().getOperationTimeout();
    return answered(next(this::take), most, this::release);
  }

  /**
   * The answer to a question, or false if that takes longer.
   *
   * @param late what becomes of a yes that nobody waits for any more
   */
  static CompletableFuture<Boolean> answered(
      CompletableFuture<Boolean> asked, Duration most, Runnable late) {
    var answer = new CompletableFuture<Boolean>();
    var _ =
        asked.whenComplete(
            (taken, failure) -> {
              if (failure != null) {
                answer.completeExceptionally(failure);
              } else if (!answer.complete(taken) && taken) {
                late.run();
              }
            });
    return answer.completeOnTimeout(false, most.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** One after the other, so that no release ends what was acquired after it. */
  private synchronized CompletableFuture<Boolean> next(Supplier<Boolean> work) {
    last = last.handleAsync((_, _) -> work.get(), blocking);
    return last;
  }

  /** It is held for a time that is known, so that nobody needs to be told of its loss. */
  @Override
  public CompletionStage<Boolean> acquire(Consumer<Optional<Throwable>> lost) {
    return acquire();
  }

  private boolean take() {
    if (where instanceof JournalSettings.Embedded) {
      return true;
    }
    var known = lease;
    if (known == null) {
      var held = settings.timeoutSettings().getHeartbeatTimeout();
      known =
          new JournalLease(Journal.open(where), settings.leaseName(), settings.ownerName(), held);
      lease = known;
    }
    return known.acquire();
  }

  @Override
  public CompletionStage<Boolean> release() {
    return next(this::giveBack);
  }

  private boolean giveBack() {
    var known = lease;
    if (known != null) {
      known.release();
    }
    return true;
  }

  /**
   * Never without asking. What was held once may have ended while this process stood still; and
   * Akka, which asks for no right that it has, would give it back in the midst of the next split.
   */
  @Override
  public boolean checkLease() {
    return false;
  }
}
