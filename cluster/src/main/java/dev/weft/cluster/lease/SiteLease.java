package dev.weft.cluster.lease;

import akka.actor.ExtendedActorSystem;
import akka.coordination.lease.LeaseSettings;
import akka.coordination.lease.javadsl.Lease;
import dev.weft.persistence.journal.Journal;
import dev.weft.persistence.journal.JournalLease;
import dev.weft.persistence.journal.JournalSettings;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A right of one part of a site, to go on without the other or to begin, kept in the site's
 * journal, which sessions need anyway: two nodes cannot find a majority, and of two the survivor of
 * a crash may be either. It is held for its {@code heartbeat-timeout}. A journal that is a file has
 * one node, which always has the right.
 */
public final class SiteLease extends Lease {

  private static final String BLOCKING = "akka.actor.default-blocking-io-dispatcher";

  private final LeaseSettings settings;
  private final JournalSettings where;
  private final Executor blocking;
  private @Nullable JournalLease lease;
  private volatile boolean isHeld;

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

  @Override
  public CompletionStage<Boolean> acquire() {
    return CompletableFuture.supplyAsync(this::take, blocking);
  }

  /** It is held for a time that is known, so that nobody needs to be told of its loss. */
  @Override
  public CompletionStage<Boolean> acquire(Consumer<Optional<Throwable>> lost) {
    return acquire();
  }

  private synchronized boolean take() {
    if (where instanceof JournalSettings.Embedded) {
      return true;
    }
    if (lease == null) {
      lease =
          new JournalLease(
              Journal.open(where),
              settings.leaseName(),
              settings.ownerName(),
              settings.timeoutSettings().getHeartbeatTimeout());
    }
    isHeld = lease.acquire();
    return isHeld;
  }

  @Override
  public CompletionStage<Boolean> release() {
    return CompletableFuture.supplyAsync(this::giveBack, blocking);
  }

  private synchronized boolean giveBack() {
    isHeld = false;
    if (lease != null) {
      lease.release();
    }
    return true;
  }

  @Override
  public boolean checkLease() {
    return isHeld;
  }
}
