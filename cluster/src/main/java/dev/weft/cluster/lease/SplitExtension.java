package dev.weft.cluster.lease;

import akka.actor.ActorSystem;
import akka.actor.Props;
import akka.cluster.Cluster;
import akka.cluster.DowningProvider;
import akka.cluster.Member;
import akka.cluster.MemberStatus;
import akka.cluster.Reachability;
import akka.cluster.UniqueAddress;
import akka.cluster.sbr.DowningStrategy;
import akka.cluster.sbr.LeaseMajoritySettings;
import akka.cluster.sbr.SplitBrainResolverProvider;
import akka.cluster.sbr.SplitBrainResolverSettings;
import akka.coordination.lease.scaladsl.Lease;
import akka.coordination.lease.scaladsl.LeaseProvider;
import dev.weft.cluster.lease.SplitSight.Cut;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import scala.Option;
import scala.concurrent.duration.FiniteDuration;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Akka's split brain resolver, which downs members of its own site, with {@link SplitRule} to say
 * which. Akka's own strategies down all who do not reach each other where word of them comes by way
 * of another site, be it one node alone that all others miss. Named in {@code reference.conf}, by
 * {@code akka.cluster.downing-provider-class}; its settings are those of {@code lease-majority}.
 */
public final class SplitExtension extends DowningProvider {

  private final ActorSystem system;

  /** Called by Akka. */
  public SplitExtension(ActorSystem system) {
    super();
    this.system = system;
  }

  @Override
  public FiniteDuration downRemovalMargin() {
    return new SplitBrainResolverProvider(system).downRemovalMargin();
  }

  @Override
  public Option<Props> downingActorProps() {
    var cluster = Cluster.get(system);
    var settings = new SplitBrainResolverSettings(system.settings().config());
    var right = settings.leaseMajoritySettings();
    var self = cluster.selfUniqueAddress();
    var lease =
        LeaseProvider.get(system)
            .getLease(
                right.safeLeaseName(system.name()),
                right.leaseImplementation(),
                self.address().hostPort());
    var strategy = new Strategy(cluster.selfDataCenter(), self, lease, right);
    return Option.apply(SplitActor.props(settings.DowningStableAfter(), strategy));
  }

  /** For one actor. What Akka counts as unreachable by the word of who is down counts no more. */
  private static final class Strategy extends DowningStrategy {

    private final UniqueAddress self;
    private final Lease lease;
    private final SplitTurn turn;
    private final SplitVoices voices = new SplitVoices();
    private final int unstableLooks;
    private SplitVerdict verdict = SplitVerdict.end(Set.of());
    private int missing;
    private boolean isGranted;

    Strategy(String site, UniqueAddress self, Lease lease, LeaseMajoritySettings right) {
      super(site, self);
      this.self = self;
      this.lease = lease;
      this.turn = new SplitTurn(looks(right.acquireLeaseDelayForMinority().toMillis()));
      this.unstableLooks = looks(lease.settings().timeoutSettings().operationTimeout().toMillis());
    }

    /** Akka looks once a second. */
    private static int looks(long millis) {
      return Math.toIntExact(Math.ceilDiv(millis, 1000L));
    }

    @Override
    public Option<String> role() {
      return Option.empty();
    }

    @Override
    public Option<Lease> lease() {
      return Option.apply(lease);
    }

    /** A right that was granted for what was before is given back: the next part may be another. */
    @Override
    public void addUnreachable(Member member) {
      if (isGranted && !super.unreachable(member) && member.status() != MemberStatus.down()) {
        isGranted = false;
        var _ = lease.release();
      }
      super.addUnreachable(member);
    }

    @Override
    public void addReachable(Member member) {
      super.addReachable(member);
      turn.reset();
      missing = super.unreachable().isEmpty() ? 0 : missing;
    }

    @Override
    public void setReachability(Reachability reachability) {
      super.setReachability(reachability);
      listen();
    }

    /**
     * Also whom Akka alone counts as missed: its clock of what is unstable goes on while somebody
     * is.
     */
    @Override
    public scala.collection.immutable.Set<UniqueAddress> unreachable() {
      var here = here();
      var missed = new HashSet<>(CollectionConverters.asJava(super.unreachable()));
      for (var cut : cuts(here)) {
        missed.add(here.get(cut.to()));
      }
      missed.remove(self);
      return scalaSet(missed);
    }

    /** Who is to wait decides anew at the next look, by what is so then. */
    @Override
    public Decision decide() {
      var here = here();
      if (!here.containsKey(name(self))) {
        return DownIndirectlyConnected$.MODULE$;
      }
      listen();
      voices.look();
      var sight = sight(here);
      var now = SplitRule.decide(sight);
      if (turn.isDue(now.ask(), missed(sight.cuts()))) {
        missing = 0;
        verdict = now;
        return new AcquireLeaseAndDownUnreachable(FiniteDuration.Zero());
      }
      verdict = now.ask() == SplitVerdict.Ask.NOT ? now : SplitVerdict.end(Set.of());
      return DownIndirectlyConnected$.MODULE$;
    }

    /** Notes who speaks though he is missed. */
    private void listen() {
      var here = here();
      var numbers = new HashMap<String, Long>();
      CollectionConverters.asJava(reachability().versions())
          .forEach((node, number) -> numbers.put(name(node), (Long) number));
      voices.note(missed(cuts(here)), numbers);
    }

    private static Set<String> missed(Set<Cut> cuts) {
      return cuts.stream().map(Cut::to).collect(Collectors.toSet());
    }

    /**
     * Akka says so at each look while it takes the site for unstable, also by what it has only just
     * heard, as while it waited for the journal: so somebody must have been missed for as long.
     */
    private SplitVerdict unstable(SplitSight sight) {
      missing = sight.cuts().isEmpty() ? 0 : missing + 1;
      return missing > unstableLooks ? SplitRule.unstable(sight) : SplitVerdict.end(Set.of());
    }

    @Override
    public scala.collection.immutable.Set<UniqueAddress> nodesToDown(Decision decision) {
      var here = here();
      if (!here.containsKey(name(self))) {
        return scalaSet(Set.of());
      }
      return switch (decision) {
        case DownAll$ _ -> addresses(here, unstable(sight(here)).granted());
        case DownReachable$ _ -> addresses(here, verdict.denied());
        case DownIndirectlyConnected$ _ -> addresses(here, verdict.granted());
        case AcquireLeaseDecision _ -> {
          isGranted = true;
          yield addresses(here, verdict.granted());
        }
        default -> super.nodesToDown(decision);
      };
    }

    private SplitSight sight(Map<String, UniqueAddress> here) {
      var heard = voices.heard();
      here.forEach(
          (name, node) -> {
            if (seenBy().contains(node.address())) {
              heard.add(name);
            }
          });
      var full = names(members()).stream().filter(here::containsKey).toList();
      var coming = names(joining()).stream().filter(here::containsKey).toList();
      return new SplitSight(name(self), full, coming, cuts(here), heard);
    }

    /**
     * Who is a member of the site or about to be, and not about to leave it for good. A process
     * that was at this one's address before is none.
     */
    private Map<String, UniqueAddress> here() {
      var here = new LinkedHashMap<String, UniqueAddress>();
      for (var some : List.of(oldestFirst(members()), oldestFirst(joining()))) {
        for (var member : some) {
          var node = member.uniqueAddress();
          if (node.equals(self) || !node.address().equals(self.address())) {
            here.put(name(node), node);
          }
        }
      }
      return here;
    }

    private Set<Cut> cuts(Map<String, UniqueAddress> here) {
      var cuts = new HashSet<Cut>();
      CollectionConverters.asJava(reachability().records())
          .forEach(
              each -> {
                var cut = new Cut(name(each.observer()), name(each.subject()));
                if (here.containsKey(cut.from()) && here.containsKey(cut.to())) {
                  cuts.add(cut);
                }
              });
      return cuts;
    }

    private static List<String> names(scala.collection.immutable.SortedSet<Member> members) {
      return oldestFirst(members).stream().map(member -> name(member.uniqueAddress())).toList();
    }

    /** All nodes of a site have the same of this; those of one age are in order of address. */
    private static List<Member> oldestFirst(scala.collection.immutable.SortedSet<Member> members) {
      return CollectionConverters.asJava(members).stream().sorted(Member.ageOrdering()).toList();
    }

    private static String name(UniqueAddress node) {
      return node.address() + "#" + node.longUid();
    }

    private static scala.collection.immutable.Set<UniqueAddress> addresses(
        Map<String, UniqueAddress> here, Set<String> names) {
      var found = new HashSet<UniqueAddress>();
      here.forEach(
          (name, node) -> {
            if (names.contains(name)) {
              found.add(node);
            }
          });
      return scalaSet(found);
    }

    private static scala.collection.immutable.Set<UniqueAddress> scalaSet(
        Set<UniqueAddress> nodes) {
      return CollectionConverters.asScala(nodes).toSet();
    }
  }
}
