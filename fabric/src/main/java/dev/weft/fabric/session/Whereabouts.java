package dev.weft.fabric.session;

import java.util.Optional;

/**
 * Where a session's life goes on, as one site knows it. Of all sites only the one at which it is
 * open and {@link Here} or {@link Leaving} changes it: it ends there, by one event, before it goes
 * on elsewhere.
 */
public sealed interface Whereabouts {

  /** Number of the last move that is over, 0 where it was opened; each is used once. */
  long term();

  /** It is here. */
  record Here(long term) implements Whereabouts {}

  /** It is here and about to go to a site; nothing new begins meanwhile. */
  record Leaving(long term, String to) implements Whereabouts {

    /** What it is to go on with at the other site. */
    long nextTerm() {
      return term + 1;
    }
  }

  /**
   * What another site offered is kept here, and does not count before that site has let go.
   *
   * @param term of the move
   * @param hash of what is offered
   * @param before where it went from here the last time, if it was here before
   */
  record Held(long term, String from, String hash, SessionState offered, Optional<Gone> before)
      implements Whereabouts {}

  /**
   * It is another site's.
   *
   * @param term of the move that took it there
   * @param hash of what was given away
   */
  record Gone(long term, String to, String hash) implements Whereabouts {}
}
