package dev.weft.cluster.session;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import akka.actor.typed.RecipientRef;
import akka.actor.typed.javadsl.Adapter;
import akka.cluster.sharding.ClusterSharding;
import akka.cluster.sharding.ShardRegion;
import akka.pattern.Patterns;
import dev.weft.cluster.site.SiteSettings;
import dev.weft.fabric.session.Placement;
import dev.weft.fabric.session.SessionEntity;
import dev.weft.fabric.session.SessionsActor;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * Sessions live on the nodes of their home site, and go on at another node of it when one is lost;
 * those of other sites are reached where they are.
 */
public final class SitePlacement implements Placement {

  @Override
  public String node(ActorSystem<?> system) {
    return SiteSettings.from(system.settings().config()).id().toString();
  }

  /**
   * Has the sessions of this node go to the other nodes of its site; none lives here any more.
   *
   * @return done when they have gone; fails if that takes longer than {@code patience}
   */
  public static CompletionStage<?> handOver(ActorSystem<?> system, Duration patience) {
    var region = ClusterSharding.get(Adapter.toClassic(system)).shardRegion(SessionEntity.TYPE);
    return Patterns.gracefulStop(region, patience, ShardRegion.gracefulShutdownInstance());
  }

  @Override
  public RecipientRef<SessionsActor.For> start(ActorSystem<?> system, Entities entities) {
    var settings = SiteSettings.from(system.settings().config());
    return system
        .systemActorOf(SiteActor.create(settings, entities), "sessions", Props.empty())
        .narrow();
  }
}
