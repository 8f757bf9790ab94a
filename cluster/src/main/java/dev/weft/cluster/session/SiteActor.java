package dev.weft.cluster.session;

import akka.actor.DeadLetter;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.eventstream.EventStream;
import akka.actor.typed.javadsl.AbstractOnMessageBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.AskPattern;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.Member;
import akka.cluster.sharding.typed.ShardingMessageExtractor;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.cluster.sharding.typed.javadsl.Entity;
import akka.cluster.sharding.typed.javadsl.EntityTypeKey;
import akka.cluster.typed.Cluster;
import akka.pattern.StatusReply;
import dev.weft.cluster.allocation.AllocationSettings;
import dev.weft.cluster.allocation.Shards;
import dev.weft.cluster.fact.FactsExtension;
import dev.weft.cluster.linked.LinkedExtension;
import dev.weft.cluster.site.SessionName;
import dev.weft.cluster.site.SiteName;
import dev.weft.cluster.site.SiteSettings;
import dev.weft.fabric.session.Placement;
import dev.weft.fabric.session.SessionEntity;
import dev.weft.fabric.session.SessionException;
import dev.weft.fabric.session.SessionRefusal;
import dev.weft.fabric.session.SessionState;
import dev.weft.fabric.session.SessionsActor.For;
import dev.weft.fabric.session.Whereabouts;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Hands requests to the sessions of this site, which are sharded over its nodes, and to those of
 * others. A session keeps the name of its home when it moves; so one of another home is looked for
 * here before its home is asked, and is found here also while the network beyond is gone. Sites of
 * other clusters are asked over the data link.
 */
final class SiteActor extends AbstractOnMessageBehavior<For> {

  private static final EntityTypeKey<SessionEntity.Command> KEY =
      EntityTypeKey.create(SessionEntity.Command.class, SessionEntity.TYPE);

  private static final String REGION = "region";

  private static final Duration LOOK_TIMEOUT = Duration.ofSeconds(3);

  /** Finds the shard of a session by its name; all nodes of all releases must agree. */
  private static final class ByName extends ShardingMessageExtractor<For, SessionEntity.Command> {

    private final int shards;

    ByName(int shards) {
      this.shards = shards;
    }

    @Override
    public String entityId(For asked) {
      return asked.session();
    }

    @Override
    public String shardId(String session) {
      return Integer.toString(Shards.of(session, shards));
    }

    @Override
    public SessionEntity.Command unwrapMessage(For asked) {
      return asked.request();
    }
  }

  private final SiteName here;
  private final Cluster cluster;
  private final ClusterSharding sharding;
  private final Entity<SessionEntity.Command, For> sessions;
  private final Map<SiteName, ActorRef<For>> sites = new HashMap<>();
  private final ForeignSessions foreign;
  private final LinkedExtension linked;

  static Behavior<For> create(SiteSettings settings, Placement.Entities entities) {
    return Behaviors.setup(context -> new SiteActor(context, settings, entities));
  }

  private SiteActor(ActorContext<For> context, SiteSettings settings, Placement.Entities entities) {
    super(context);
    this.here = settings.id().site();
    this.foreign =
        new ForeignSessions(
            settings.lookAgainAfter(), entities.awake().awakeMax(), entities.nanos());
    this.linked = LinkedExtension.get(context.getSystem());
    this.cluster = Cluster.get(context.getSystem());
    this.sharding = ClusterSharding.get(context.getSystem());
    this.sessions =
        Entity.of(KEY, entity -> entities.session().apply(entity.getEntityId()))
            .withStopMessage(SessionEntity.Stop.INSTANCE)
            .withAllocationStrategy(allocation(context, entities.nanos()))
            .withMessageExtractor(new ByName(settings.sessionShards()));
    sites.put(here, sharding.init(sessions));
    context.spawn(undelivered(), "undelivered");
  }

  private ShardPlacement allocation(ActorContext<For> context, LongSupplier nanos) {
    var system = context.getSystem();
    return new ShardPlacement(
        here,
        cluster.selfMember().address(),
        FactsExtension.book(system, nanos),
        AllocationSettings.from(system.settings().config()),
        this::areAllAskedReached);
  }

  /**
   * Whether all are reached who know where this site's shards are: before one moves, each of them
   * is asked to wait, and the move is given up if one does not answer.
   */
  private boolean areAllAskedReached() {
    var state = cluster.state();
    for (var member : state.getMembers()) {
      var isReached =
          !state.getUnreachable().contains(member)
              && !state.getUnreachableDataCenters().contains(member.dataCenter());
      if (!isReached && isOurs(member)) {
        return false;
      }
    }
    return true;
  }

  /** Whether a member asks sessions of this site; edge sites ask each other's seldom. */
  private boolean isOurs(Member member) {
    return member.dataCenter().equals(here.text())
        || member.hasRole(REGION)
        || cluster.selfMember().hasRole(REGION);
  }

  /** Answers what was in the mailbox of a session that failed, or came to it after. */
  private static Behavior<DeadLetter> undelivered() {
    return Behaviors.setup(
        context -> {
          context
              .getSystem()
              .eventStream()
              .tell(new EventStream.Subscribe<>(DeadLetter.class, context.getSelf()));
          return Behaviors.receiveMessage(
              letter -> {
                if (letter.message() instanceof SessionEntity.Request request) {
                  refuse(
                      request,
                      SessionRefusal.STOPPED,
                      "the session stopped before it came to the request");
                }
                return Behaviors.same();
              });
        });
  }

  @Override
  public Behavior<For> onMessage(For asked) {
    SessionName.find(asked.session(), here)
        .ifPresentOrElse(name -> onAsked(name, asked), () -> refuse(asked));
    return this;
  }

  private void onAsked(SessionName name, For asked) {
    if (!asked.site().isEmpty()) {
      SiteName.find(asked.site())
          .ifPresentOrElse(site -> hand(site, name, asked), () -> refuse(asked));
    } else if (name.home().equals(here)) {
      hand(here, name, asked);
    } else {
      foreign
          .site(name.toString())
          .ifPresentOrElse(site -> hand(site, name, asked), () -> look(name, asked));
    }
  }

  private void hand(SiteName site, SessionName name, For asked) {
    var there = new For(name.toString(), asked.request(), site.text());
    if (site.equals(here) || isReached(site)) {
      sites
          .computeIfAbsent(site, other -> sharding.init(sessions.withDataCenter(other.text())))
          .tell(there);
    } else if (linked.sessions().reaches(site)) {
      relay(site, there);
    } else {
      refuse(
          asked.request(),
          SessionRefusal.UNREACHABLE,
          "session '%s': no node of site '%s' is reached from site '%s' (expected: %s)"
              .formatted(name, site, here, linked.sessions().expected()));
    }
  }

  /** To a site of another cluster, over the data link. */
  private void relay(SiteName site, For asked) {
    var replyTo = asked.request().replyTo();
    linked
        .sessions()
        .ask(site, asked)
        .whenComplete(
            (state, problem) ->
                replyTo.tell(
                    state == null ? StatusReply.error(problem) : StatusReply.success(state)));
  }

  /** Whether any node of a site is there, as far as this one knows. */
  private boolean isReached(SiteName site) {
    var state = cluster.state();
    if (state.getUnreachableDataCenters().contains(site.text())) {
      return false;
    }
    for (var member : state.getMembers()) {
      if (member.dataCenter().equals(site.text()) && !state.getUnreachable().contains(member)) {
        return true;
      }
    }
    return false;
  }

  /** Whether it is here before its home is asked, which may not be there now. */
  private void look(SessionName name, For asked) {
    var self = getContext().getSelf();
    // Of a copy, as Akka has what depends on its own run by the common pool, which may be blocked.
    AskPattern.<For, SessionState>askWithStatus(
            sites.get(here),
            replyTo -> new For(name.toString(), new SessionEntity.Tell(replyTo)),
            LOOK_TIMEOUT,
            getContext().getSystem().scheduler())
        .toCompletableFuture()
        .copy()
        .whenComplete(
            (state, _) -> {
              var site = state != null && isHere(state) ? here : name.home();
              if (state != null) {
                foreign.found(name.toString(), site);
              }
              self.tell(new For(name.toString(), asked.request(), site.text()));
            });
  }

  private static boolean isHere(SessionState state) {
    return switch (state.whereabouts()) {
      case Whereabouts.Here _, Whereabouts.Leaving _ -> state.phase() != SessionState.Phase.NEW;
      case Whereabouts.Held _, Whereabouts.Gone _ -> false;
    };
  }

  private void refuse(For asked) {
    refuse(
        asked.request(),
        SessionRefusal.INVALID,
        "session '%s' at '%s' (expected: SITE/NAME, and a site of lower-case letters, digits and dashes)"
            .formatted(asked.session(), asked.site()));
  }

  private static void refuse(SessionEntity.Request request, SessionRefusal refusal, String why) {
    request.replyTo().tell(StatusReply.error(new SessionException(refusal, why)));
  }
}
