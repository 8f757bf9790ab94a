package dev.weft.sim.world;

import akka.actor.ExtendedActorSystem;
import akka.coordination.lease.LeaseSettings;
import akka.coordination.lease.javadsl.Lease;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * A right that is kept where a machine's journal is, as {@code SiteLease} keeps it in a database:
 * asking takes as long as a write does, it ends by itself, and what a killed process asked for is
 * granted or is not. Made by Akka, from {@link WorldConfig}.
 */
public final class WorldLease extends Lease {

  private final LeaseSettings settings;
  private final Host host;
  private final int life;
  private CompletableFuture<Boolean> last = CompletableFuture.completedFuture(true);

  /** Called by Akka. */
  public WorldLease(LeaseSettings settings, ExtendedActorSystem system) {
    this.settings = settings;
    this.host = WorldConfig.host(system.settings().config());
    this.life = host.life();
  }

  @Override
  public LeaseSettings getSettings() {
    return settings;
  }

  /** As {@code SiteLease}: after what was asked before, and denied if that takes too long. */
  @Override
  public CompletionStage<Boolean> acquire() {
    var answer = new CompletableFuture<Boolean>();
    var most = settings.timeoutSettings().getOperationTimeout();
    host.world().after(most, () -> answer.complete(false));
    last = last.thenCompose(_ -> take(answer));
    return answer;
  }

  private CompletableFuture<Boolean> take(CompletableFuture<Boolean> answer) {
    var written = new CompletableFuture<Boolean>();
    WorldJournal.afterWrite(
        host,
        life,
        isAlive -> {
          var held = settings.timeoutSettings().getHeartbeatTimeout().toNanos();
          var until = host.world().nanos() + held;
          var taken =
              host.journal()
                  .lease(settings.leaseName(), settings.ownerName(), host.world().nanos(), until);
          if (isAlive) {
            host.world().note("%s %s %s".formatted(host.name(), taken ? "has" : "lacks", name()));
            if (!answer.complete(taken) && taken) {
              host.journal().release(settings.leaseName(), settings.ownerName());
            }
            written.complete(taken);
          }
        });
    return written;
  }

  private String name() {
    return "the right " + settings.leaseName();
  }

  /** It is held for a time that is known, so that nobody needs to be told of its loss. */
  @Override
  public CompletionStage<Boolean> acquire(Consumer<Optional<Throwable>> lost) {
    return acquire();
  }

  @Override
  public CompletionStage<Boolean> release() {
    last = last.thenCompose(_ -> giveBack());
    return last;
  }

  private CompletableFuture<Boolean> giveBack() {
    var written = new CompletableFuture<Boolean>();
    WorldJournal.afterWrite(
        host,
        life,
        isAlive -> {
          host.journal().release(settings.leaseName(), settings.ownerName());
          if (isAlive) {
            written.complete(true);
          }
        });
    return written;
  }

  /** As {@code SiteLease}. */
  @Override
  public boolean checkLease() {
    return false;
  }
}
