package dev.weft.cluster.moving;

import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.session.SessionState;
import dev.weft.fabric.session.SessionTransfer;
import dev.weft.fabric.session.Sessions;
import java.util.concurrent.CompletionStage;

/** What can be done to bring sessions to other sites. No method blocks. */
interface Carrier {

  /** A session as a site knows it. */
  CompletionStage<SessionState> look(String session, SiteName at);

  /** Moves it; it stays where it is if that fails before it was released. */
  CompletionStage<SessionState> move(String session, SiteName from, SiteName to);

  /** Brings to its end what a site knows only a part of. */
  CompletionStage<SessionState> mend(String session, SiteName at);

  /** By asking the sessions. */
  static Carrier of(Sessions sessions) {
    return new Carrier() {
      @Override
      public CompletionStage<SessionState> look(String session, SiteName at) {
        return new SessionTransfer(sessions, session).look(at.text());
      }

      @Override
      public CompletionStage<SessionState> move(String session, SiteName from, SiteName to) {
        return new SessionTransfer(sessions, session).move(from.text(), to.text());
      }

      @Override
      public CompletionStage<SessionState> mend(String session, SiteName at) {
        return new SessionTransfer(sessions, session).mend(at.text());
      }
    };
  }
}
