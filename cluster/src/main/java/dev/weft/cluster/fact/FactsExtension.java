package dev.weft.cluster.fact;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.Extension;
import akka.actor.typed.ExtensionId;
import dev.weft.cluster.site.SiteSettings;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Has the parts of a node share one book of facts. */
public final class FactsExtension implements Extension {

  private static final class Id extends ExtensionId<FactsExtension> {

    private static final Id INSTANCE = new Id();

    @Override
    public FactsExtension createExtension(ActorSystem<?> system) {
      return new FactsExtension(SiteSettings.from(system.settings().config()));
    }
  }

  private final SiteSettings settings;
  private @Nullable FactBook book;

  private FactsExtension(SiteSettings settings) {
    this.settings = settings;
  }

  /**
   * What nodes told of themselves to this one.
   *
   * @param nanos the node's monotonic time, the same whoever asks
   */
  public static FactBook book(ActorSystem<?> system, LongSupplier nanos) {
    return Id.INSTANCE.apply(system).book(nanos);
  }

  private synchronized FactBook book(LongSupplier nanos) {
    if (book == null) {
      book = new FactBook(settings.factStaleAfter(), settings.factNodesMax(), nanos);
    }
    return book;
  }
}
