package dev.weft.persistence.mirror;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** The way from a standby to the owner of the buffer that it mirrors. */
public interface OwnerLink {

  /**
   * Asks the owner. Never blocks.
   *
   * @param within after this there is no answer
   * @return completes on any thread, with {@link Pulled.Unanswered} if there is none; cancelled
   *     when nobody waits any more
   */
  CompletableFuture<Pulled> ask(Pull pull, Duration within);

  /** Whether there is a connection. */
  boolean isConnected();
}
