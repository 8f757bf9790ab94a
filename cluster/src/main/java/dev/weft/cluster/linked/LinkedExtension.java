package dev.weft.cluster.linked;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.Extension;
import akka.actor.typed.ExtensionId;
import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.session.SessionException;
import dev.weft.fabric.session.SessionRefusal;
import dev.weft.fabric.session.SessionState;
import dev.weft.fabric.session.SessionsActor;
import java.util.concurrent.CompletableFuture;

/** Has a node's placement of sessions, which begins before its data link, reach other clusters. */
public final class LinkedExtension implements Extension {

  private static final class Id extends ExtensionId<LinkedExtension> {

    private static final Id INSTANCE = new Id();

    @Override
    public LinkedExtension createExtension(ActorSystem<?> system) {
      return new LinkedExtension();
    }
  }

  /** Reaches nobody. */
  private static final class Nowhere implements SessionLink {

    @Override
    public boolean reaches(SiteName site) {
      return false;
    }

    @Override
    public String expected() {
      return "one";
    }

    @Override
    public CompletableFuture<SessionState> ask(SiteName site, SessionsActor.For asked) {
      return CompletableFuture.failedFuture(
          new SessionException(SessionRefusal.UNREACHABLE, "no data link (expected: one)"));
    }
  }

  private volatile SessionLink link = new Nowhere();

  private LinkedExtension() {}

  public static LinkedExtension get(ActorSystem<?> system) {
    return Id.INSTANCE.apply(system);
  }

  /** Has sessions of other clusters be asked by this from now on. */
  public void ask(SessionLink by) {
    link = by;
  }

  /** By what sessions of other clusters are asked now. */
  public SessionLink sessions() {
    return link;
  }
}
