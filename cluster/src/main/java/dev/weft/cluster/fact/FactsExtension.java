package dev.weft.cluster.fact;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.Extension;
import akka.actor.typed.ExtensionId;
import dev.weft.cluster.site.SiteSettings;

/** The book of facts of an actor system; there is one. */
public final class FactsExtension implements Extension {

  private static final class Id extends ExtensionId<FactsExtension> {

    private static final Id INSTANCE = new Id();

    @Override
    public FactsExtension createExtension(ActorSystem<?> system) {
      var settings = SiteSettings.from(system.settings().config());
      return new FactsExtension(
          new FactBook(settings.factStaleAfter(), settings.factNodesMax(), System::nanoTime));
    }
  }

  private final FactBook book;

  private FactsExtension(FactBook book) {
    this.book = book;
  }

  /** What nodes told of themselves to this one. */
  public static FactBook book(ActorSystem<?> system) {
    return Id.INSTANCE.apply(system).book;
  }
}
