package dev.weft.cluster.node;

import dev.weft.cluster.fact.FactBook;
import dev.weft.cluster.fact.NodeFacts;
import dev.weft.cluster.moving.DrainActor;
import dev.weft.cluster.moving.DrainDesk;
import dev.weft.cluster.moving.MoveBook;
import dev.weft.cluster.moving.MoveSettings;
import dev.weft.cluster.moving.MoverActor;
import dev.weft.cluster.moving.SiteSight;
import dev.weft.cluster.moving.Situation;
import dev.weft.cluster.route.Labels;
import dev.weft.cluster.site.NodeId;
import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.manifest.Residency;
import dev.weft.fabric.session.FedSessions;
import dev.weft.fabric.session.Sessions;
import dev.weft.fabric.session.StoredSessions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What a node decides by which sessions go to other sites. Threadsafe.
 *
 * @param members of the cluster now
 * @param tenants where what is of a tenant may be
 * @param isClosing whether the node is about to end; then nothing is decided
 * @param nanos monotonic time
 */
record MovingSight(
    NodeId here,
    FactBook facts,
    Supplier<List<ClusterStatus.Member>> members,
    Map<String, Residency> tenants,
    Weft weft,
    Sessions sessions,
    BooleanSupplier isClosing,
    LongSupplier nanos) {

  private static final Set<String> UP = Set.of("Up", "WeaklyUp");

  /**
   * Has sessions of the node go to other sites as settings say, and those of its site as operators
   * say.
   *
   * @param draining told whether the site is drained, by the one node that does so
   * @return for operators to say so
   */
  DrainDesk start(MoveSettings settings, MoveBook book, Consumer<Boolean> draining) {
    var clock = InstantSource.system();
    MoverActor.start(weft, MoverActor.Setup.of(here, settings, sessions, this::all, book, clock));
    var controllers =
        DrainActor.start(
            weft,
            DrainActor.Setup.of(
                here.site(), settings, sessions, this::sites, this::page, draining, book, clock));
    return new DrainDesk(this::names, this::elsewhere, controllers);
  }

  /** Who says what of a linked site: its own nodes, which have its journal. */
  private Optional<String> elsewhere(SiteName site) {
    return members.get().stream()
            .anyMatch(each -> each.isLinked() && site.text().equals(each.site()))
        ? Optional.of(
            "site: '%s': of another cluster (expected: asked at one of its own nodes, %s)"
                .formatted(
                    site,
                    facts.linked(Optional.of(site)).stream()
                        .map(NodeFacts::link)
                        .collect(Collectors.joining(", "))))
        : Optional.empty();
  }

  /** Without sessions; empty while the node has told nothing of itself. */
  Optional<Situation> sites() {
    return situation(List.of(), _ -> true);
  }

  /**
   * With the sessions whose frames come to the node, and without linked edge sites: these are not
   * trusted, so what they tell of themselves must not have sessions of others come.
   */
  Optional<Situation> all() {
    var now = nanos.getAsLong();
    return situation(
        sessions.books().stream()
            .flatMap(books -> books.fed().all().stream())
            .map(fed -> fed(fed, now))
            .toList(),
        sight -> sight.nodes().stream().noneMatch(NodeFacts::isLinkedEdge));
  }

  private static Situation.Fed fed(FedSessions.Fed fed, long now) {
    return new Situation.Fed(
        fed.session(),
        fed.tenant(),
        Duration.ofNanos(now - fed.sinceNanos()),
        Duration.ofNanos(now - fed.askedNanos()));
  }

  private Optional<Situation> situation(List<Situation.Fed> fed, Predicate<SiteSight> counts) {
    return facts
        .find(here)
        .filter(_ -> !isClosing.getAsBoolean())
        .map(
            own ->
                new Situation(
                    own,
                    SiteSight.of(facts.all(), up()).stream().filter(counts).toList(),
                    tenants,
                    deployed(),
                    fed));
  }

  private List<SiteSight.Member> up() {
    var up = new ArrayList<SiteSight.Member>();
    for (var member : members.get()) {
      if (UP.contains(member.status())) {
        SiteName.find(member.site())
            .map(site -> new SiteSight.Member(site, member.address(), member.isReached()))
            .ifPresent(up::add);
      }
    }
    return up;
  }

  /** What all pipelines here, and their stages, say of where their frames may be. */
  private Labels deployed() {
    var all = Labels.none();
    for (var pipeline : weft.pipelines()) {
      for (var label : Labels.of(pipeline.manifest(), pipeline.stages()).said()) {
        if (!all.said().contains(label)) {
          all = all.and(label);
        }
      }
    }
    return all;
  }

  /**
   * Some of the sessions that the site's journal has, read on a thread of its own.
   *
   * @param from where to go on; empty for the first
   */
  CompletionStage<StoredSessions.Page> page(String from, int max) {
    var page = new CompletableFuture<StoredSessions.Page>();
    Thread.startVirtualThread(
        () -> {
          try {
            page.complete(sessions.books().orElseThrow().stored().page(from, max));
          } catch (RuntimeException e) {
            page.completeExceptionally(e);
          }
        });
    return page;
  }

  /** The sites that have members. */
  Set<SiteName> names() {
    var names = new TreeSet<SiteName>();
    members.get().forEach(member -> SiteName.find(member.site()).ifPresent(names::add));
    return names;
  }
}
