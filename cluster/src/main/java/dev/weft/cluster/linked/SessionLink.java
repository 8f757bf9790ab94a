package dev.weft.cluster.linked;

import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.session.SessionException;
import dev.weft.fabric.session.SessionState;
import dev.weft.fabric.session.SessionsActor;
import java.util.concurrent.CompletableFuture;

/** Asks sessions of other clusters. Threadsafe; no method blocks. */
public interface SessionLink {

  /** Whether a node of the site is reached over the data link. */
  boolean reaches(SiteName site);

  /** What a site that is not reached is told to be, for people. */
  String expected();

  /**
   * Asks a session at a site.
   *
   * @param asked whose actor to answer to is passed over
   * @return fails with a {@link SessionException}, and with nothing else
   */
  CompletableFuture<SessionState> ask(SiteName site, SessionsActor.For asked);
}
