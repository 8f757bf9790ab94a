package dev.weft.cluster.session;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.MemberStatus;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Down;
import akka.cluster.typed.Join;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.weft.cluster.site.SiteSettings;
import dev.weft.fabric.session.AwakeRules;
import dev.weft.fabric.session.Feeder;
import dev.weft.fabric.session.FeederId;
import dev.weft.fabric.session.Placement;
import dev.weft.fabric.session.SessionEntity;
import dev.weft.fabric.session.SessionRules;
import dev.weft.fabric.session.Sessions;
import dev.weft.fabric.session.SignalSchema;
import dev.weft.fabric.session.TenantContexts;
import dev.weft.persistence.journal.Journal;
import dev.weft.persistence.journal.JournalSettings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;

/** A node of a cluster in this JVM, with sessions and nothing else. */
final class SiteNode implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** A site's journal, which all its nodes in this JVM write to. */
  record SiteJournal(String site, JournalSettings.Embedded settings, Journal journal)
      implements AutoCloseable {

    static SiteJournal open(String site, java.nio.file.Path folder) {
      var settings = new JournalSettings.Embedded(folder.resolve(site), Duration.ofSeconds(5));
      return new SiteJournal(site, settings, Journal.open(settings));
    }

    @Override
    public void close() {
      journal.close();
    }
  }

  private final ActorSystem<Void> system;
  private final Sessions sessions;
  private final FeederId id;

  private SiteNode(ActorSystem<Void> system, SiteJournal journal) {
    this.system = system;
    var placement = new SitePlacement();
    this.id = new FeederId(journal.journal().nextEpoch(1), placement.node(system));
    var config = system.settings().config();
    var tenants = new TenantContexts(1_000);
    var place =
        placement.start(
            system,
            new Placement.Entities(
                session ->
                    SessionEntity.create(
                        session,
                        () -> new SignalSchema(Map.of()),
                        SessionRules.from(config),
                        tenants,
                        Feeder.untraced(id),
                        InstantSource.system()),
                AwakeRules.from(config),
                System::nanoTime));
    this.sessions = new Sessions(place, system.scheduler(), PATIENCE);
  }

  static SiteNode start(SiteJournal journal, String node) {
    var defaults = ConfigFactory.load();
    Config own =
        ConfigFactory.parseMap(
            Map.of(
                "weft.cluster.site",
                journal.site(),
                "weft.cluster.node",
                node,
                "akka.cluster.multi-data-center.self-data-center",
                journal.site(),
                "akka.remote.artery.canonical.hostname",
                "127.0.0.1",
                "akka.remote.artery.canonical.port",
                0,
                "akka.loglevel",
                "WARNING"));
    var config =
        own.withFallback(SiteSettings.overlay(defaults))
            .withFallback(SessionRules.overlay(defaults))
            .withFallback(journal.settings().overlay(defaults))
            .withFallback(defaults)
            .resolve();
    return new SiteNode(ActorSystem.create(Behaviors.empty(), "weft", config), journal);
  }

  void join(SiteNode seed) {
    var cluster = Cluster.get(system);
    cluster.manager().tell(Join.create(Cluster.get(seed.system).selfMember().address()));
  }

  boolean isUp() {
    return Cluster.get(system).selfMember().status() == MemberStatus.up();
  }

  /** Members that this node sees up. */
  long up() {
    var members = 0L;
    for (var member : Cluster.get(system).state().getMembers()) {
      members += member.status() == MemberStatus.up() ? 1 : 0;
    }
    return members;
  }

  /** Has the others take {@code lost} for gone, as their split brain resolver would. */
  void down(SiteNode lost) {
    Cluster.get(system).manager().tell(new Down(Cluster.get(lost.system).selfMember().address()));
  }

  Sessions sessions() {
    return sessions;
  }

  FeederId id() {
    return id;
  }

  ActorSystem<Void> system() {
    return system;
  }

  @Override
  public void close() {
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().join();
  }
}
