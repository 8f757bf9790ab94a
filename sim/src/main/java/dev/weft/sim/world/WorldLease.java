package dev.weft.sim.world;

import akka.actor.ExtendedActorSystem;
import akka.coordination.lease.LeaseSettings;
import akka.coordination.lease.javadsl.Lease;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * A right that is kept where a machine's journal is, as {@code JournalLease} keeps it in a
 * database: asking takes as long as a write does, it ends by itself, and what a killed process
 * asked for is granted or is not. Made by Akka, from {@link WorldConfig}.
 */
public final class WorldLease extends Lease {

  private final LeaseSettings settings;
  private final Host host;
  private final int life;
  private boolean isHeld;
  private boolean wasAsked;

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

  @Override
  public CompletionStage<Boolean> acquire() {
    var answer = new CompletableFuture<Boolean>();
    WorldJournal.afterWrite(
        host,
        life,
        isAlive -> {
          var held = settings.timeoutSettings().getHeartbeatTimeout();
          var until = host.world().nanos() + held.toNanos();
          var taken =
              host.journal()
                  .lease(settings.leaseName(), settings.ownerName(), host.world().nanos(), until);
          if (isAlive) {
            note(taken);
            isHeld = taken;
            answer.complete(taken);
          }
        });
    return answer;
  }

  /** What is asked for again and again is worth a word when the answer is another. */
  private void note(boolean isTaken) {
    if (isTaken != isHeld || !wasAsked) {
      host.world()
          .note(
              "%s %s the right %s"
                  .formatted(host.name(), isTaken ? "has" : "lacks", settings.leaseName()));
    }
    wasAsked = true;
  }

  /** It is held for a time that is known, so that nobody needs to be told of its loss. */
  @Override
  public CompletionStage<Boolean> acquire(Consumer<Optional<Throwable>> lost) {
    return acquire();
  }

  @Override
  public CompletionStage<Boolean> release() {
    isHeld = false;
    var answer = new CompletableFuture<Boolean>();
    WorldJournal.afterWrite(
        host,
        life,
        isAlive -> {
          host.journal().release(settings.leaseName(), settings.ownerName());
          if (isAlive) {
            answer.complete(true);
          }
        });
    return answer;
  }

  @Override
  public boolean checkLease() {
    return isHeld;
  }
}
