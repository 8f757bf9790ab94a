package dev.weft.cluster.reunion;

import akka.actor.AddressFromURIString;
import akka.cluster.Gossip;
import akka.cluster.Member;
import akka.cluster.MemberStatus;
import akka.cluster.Reachability;
import akka.cluster.UniqueAddress;
import akka.cluster.VectorClock;
import dev.weft.cluster.site.SiteName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import scala.jdk.javaapi.CollectionConverters;

/** How Akka's list of members is read, and changed to one that it takes for the next. */
final class ListCodec {

  static final Set<MemberStatus> RISING = Set.of(MemberStatus.joining(), MemberStatus.weaklyUp());

  private static final Set<MemberStatus> GOING =
      Set.of(MemberStatus.exiting(), MemberStatus.down(), MemberStatus.removed());

  private ListCodec() {}

  static Life life(Member member) {
    return life(member.uniqueAddress(), member.dataCenter());
  }

  static Life life(UniqueAddress process, String site) {
    return new Life(process.address().toString(), process.longUid(), new SiteName(site));
  }

  static UniqueAddress process(Life life) {
    return new UniqueAddress(AddressFromURIString.parse(life.address()), life.uid());
  }

  static List<Life> members(Gossip list) {
    return CollectionConverters.asJava(list.members()).stream().map(ListCodec::life).toList();
  }

  /**
   * What a node that is not up yet makes of it.
   *
   * @param speaks whether it would be the one to say who of its site is up
   */
  static Island island(Gossip list, Life self, boolean speaks) {
    var members = new ArrayList<Life>();
    var full = new HashSet<Life>();
    var heard = new HashSet<Life>();
    for (var member : CollectionConverters.asJava(list.members())) {
      if (!GOING.contains(member.status())) {
        var life = life(member);
        members.add(life);
        if (!RISING.contains(member.status())) {
          full.add(life);
        }
        if (list.seenByNode(member.uniqueAddress())) {
          heard.add(life);
        }
      }
    }
    return new Island(self, members, full, heard, missed(list), speaks);
  }

  /** Those that are not reached by others of their site, by the word of who is not down. */
  private static Set<Life> missed(Gossip list) {
    var missed = new HashSet<Life>();
    for (var each : CollectionConverters.asJava(list.overview().reachability().records())) {
      if (!list.hasMember(each.observer()) || !list.hasMember(each.subject())) {
        continue;
      }
      var observer = list.member(each.observer());
      var subject = list.member(each.subject());
      if (!each.status().equals(Reachability.Reachable$.MODULE$)
          && observer.dataCenter().equals(subject.dataCenter())
          && !observer.status().equals(MemberStatus.down())) {
        missed.add(life(subject));
      }
    }
    return missed;
  }

  /** The same list, as if {@code deaf} had heard of it. */
  static Gossip heardBy(Gossip list, List<Life> deaf) {
    var heard = list;
    for (var life : deaf) {
      heard = heard.seen(process(life));
    }
    return heard;
  }

  /**
   * A list that follows on this one, without {@code gone}, who are never members again.
   *
   * @param by the process that changes it
   * @param millis since 1970
   */
  static Gossip without(Gossip list, UniqueAddress by, List<Life> gone, long millis) {
    var rest = list;
    for (var life : gone) {
      rest = rest.remove(process(life), millis);
    }
    return rest.$colon$plus(VectorClock.Node$.MODULE$.apply(Gossip.vclockName(by)));
  }
}
