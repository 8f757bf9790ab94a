package dev.weft.cluster.linked;

import dev.weft.cluster.fact.NodeFacts;
import dev.weft.cluster.site.SessionName;
import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.manifest.NodeManifest.Role;
import dev.weft.fabric.session.RelayCodec;
import dev.weft.fabric.session.SessionEntity;
import dev.weft.link.identity.Address;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;

/**
 * What is taken of what nodes of another cluster say of themselves, and what they may ask; pure.
 * Such a node is not trusted: what it says may be anything.
 */
final class LinkedRule {

  private static final int MEMBERS_MAX = 256;
  private static final int TEXTS_MAX = 2_000;

  private LinkedRule() {}

  /**
   * Checks what a node of a linked site told to a region.
   *
   * @param peer who told it, by its certificate
   * @param own sites of the region's cluster
   * @throws IllegalArgumentException naming what is wrong
   */
  static void requireLinked(String peer, NodeFacts told, Set<SiteName> own) {
    if (!peer.equals(told.id().toString()) && !peer.equals(told.id().certified())) {
      throw new IllegalArgumentException(
          "node '%s': told by '%s' (expected: by itself)".formatted(told.id(), peer));
    }
    if (told.role() != Role.EDGE) {
      throw new IllegalArgumentException(
          "node '%s': role %s (expected: edge, as of all linked sites)"
              .formatted(told.id(), told.role()));
    }
    if (own.contains(told.site())) {
      throw new IllegalArgumentException(
          "node '%s': its site is one of this cluster (expected: another, or no cluster.linked)"
              .formatted(told.id()));
    }
    requireSound(told);
  }

  /**
   * Checks what a linked site is told of a region's node.
   *
   * @param own sites of the linked site's cluster, which is that site
   * @throws IllegalArgumentException naming what is wrong
   */
  static void requireRegion(NodeFacts told, Set<SiteName> own) {
    if (told.role() != Role.REGION || own.contains(told.site())) {
      throw new IllegalArgumentException(
          "node '%s': role %s (expected: a region's, of another site than %s)"
              .formatted(told.id(), told.role(), own));
    }
    requireSound(told);
  }

  private static void requireSound(NodeFacts told) {
    var _ = told.id().certified();
    var _ = Address.of(told.link());
    var state = told.state();
    var members = state.linkedMembers();
    require(
        told,
        "members of its site",
        members.size() <= MEMBERS_MAX && members.contains(told.address()));
    require(told, "pipelines", isFew(state.pipelines()) && isFew(state.forecasts().keySet()));
    require(told, "zones", isFew(told.zones()));
    require(
        told,
        "variants",
        isFew(state.variants())
            && state.variants().stream().allMatch(each -> each.indexOf('@') > 0));
    require(
        told, "load", isShare(state.load()) && state.cpu().stream().allMatch(LinkedRule::isShare));
    require(
        told,
        "figures",
        state.memoryFree() >= 0
            && state.celsius().stream().allMatch(Double::isFinite)
            && state.watts().stream().allMatch(Double::isFinite)
            && state.price().stream().allMatch(price -> price >= 0)
            && state.forecasts().values().stream().allMatch(nanos -> nanos >= 0)
            && state.arrivals().size() <= TEXTS_MAX
            && state.arrivals().values().stream().allMatch(LinkedRule::isShare));
  }

  private static boolean isFew(Collection<String> texts) {
    return texts.size() <= TEXTS_MAX;
  }

  private static boolean isShare(double number) {
    return Double.isFinite(number) && number >= 0;
  }

  private static void require(NodeFacts told, String what, boolean isSo) {
    if (!isSo) {
      throw new IllegalArgumentException(
          "node '%s': %s (expected: such as a node tells of itself)".formatted(told.id(), what));
    }
  }

  /**
   * Why a node may not ask a session here; empty if it may. A region asks a linked site all of its
   * sessions; a linked site asks a region those that are at home at either.
   *
   * @param asking the node's site
   * @param isRegion whether this site is linked, and that one is its region
   */
  static Optional<String> against(
      SiteName asking, boolean isRegion, String session, String site, SiteName here) {
    if (!site.equals(here.text())) {
      return Optional.of("site '%s': asked at site '%s' (expected: that)".formatted(site, here));
    }
    var home = SessionName.find(session, here).map(SessionName::home);
    if (home.isEmpty()) {
      return Optional.of("session '%s' (expected: SITE/NAME)".formatted(session));
    }
    return isRegion || home.get().equals(asking) || home.get().equals(here)
        ? Optional.empty()
        : Optional.of(
            "session '%s': asked by site '%s' (expected: one whose home is that, or '%s')"
                .formatted(session, asking, here));
  }

  /**
   * Why a session that a linked site may ask does not do this for it; empty if it does.
   *
   * @param asking the linked site
   */
  static Optional<String> beyond(SiteName asking, RelayCodec.Relayed relayed, SiteName here) {
    var session = relayed.session();
    if (relayed.epoch().orElse(SessionEntity.FEEDERS) != SessionEntity.FEEDERS) {
      return Optional.of(
          "session '%s': opened by site '%s' in epoch %d (expected: %d)"
              .formatted(session, asking, relayed.epoch().getAsLong(), SessionEntity.FEEDERS));
    }
    var isOwn =
        SessionName.find(session, here).filter(name -> name.home().equals(asking)).isPresent();
    if (relayed.isOfItsFeeder() && !isOwn) {
      return Optional.of(
          "session '%s': frames and budget told by site '%s' (expected: by its home)"
              .formatted(session, asking));
    }
    return relayed
        .otherSite()
        .filter(other -> !other.equals(asking.text()) && !other.equals(here.text()))
        .map(
            other ->
                "session '%s': moved to or from site '%s' by site '%s' (expected: that, or '%s')"
                    .formatted(session, other, asking, here));
  }
}
