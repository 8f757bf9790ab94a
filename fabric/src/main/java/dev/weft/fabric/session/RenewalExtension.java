package dev.weft.fabric.session;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.Extension;
import akka.actor.typed.ExtensionId;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Has the sessions of a node read the journal again. Each one is told by its own writes that
 * another node has changed it meanwhile; who only reads is told by this.
 */
public final class RenewalExtension implements Extension {

  private static final class Id extends ExtensionId<RenewalExtension> {

    private static final Id INSTANCE = new Id();

    @Override
    public RenewalExtension createExtension(ActorSystem<?> system) {
      return new RenewalExtension();
    }
  }

  private final AtomicLong round = new AtomicLong();

  private RenewalExtension() {}

  public static RenewalExtension get(ActorSystem<?> system) {
    return Id.INSTANCE.apply(system);
  }

  /** Has each session that is awake start again from the journal before it answers once more. */
  public void renew() {
    round.incrementAndGet();
  }

  /** Grows with each {@link #renew}. */
  long round() {
    return round.get();
  }
}
