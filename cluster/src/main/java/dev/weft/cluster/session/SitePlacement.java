package dev.weft.cluster.session;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import akka.actor.typed.RecipientRef;
import dev.weft.cluster.site.SiteSettings;
import dev.weft.fabric.session.Placement;
import dev.weft.fabric.session.SessionsActor;

/**
 * Sessions live on the nodes of their home site, and go on at another node of it when one is lost;
 * those of other sites are reached where they are.
 */
public final class SitePlacement implements Placement {

  @Override
  public String node(ActorSystem<?> system) {
    return SiteSettings.from(system.settings().config()).id().toString();
  }

  @Override
  public RecipientRef<SessionsActor.For> start(ActorSystem<?> system, Entities entities) {
    var settings = SiteSettings.from(system.settings().config());
    return system
        .systemActorOf(SiteActor.create(settings, entities), "sessions", Props.empty())
        .narrow();
  }
}
