package dev.weft.cluster.route;

import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.manifest.Fallback;
import dev.weft.fabric.manifest.NodeManifest.Role;
import dev.weft.fabric.manifest.Reach;
import dev.weft.fabric.manifest.Residency;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Frames and nodes of tests: pipeline {@code look}, frames of 100 ms, this node in shop-7. */
final class Frames {

  static final String PIPELINE = "look";
  static final SiteName SHOP = new SiteName("shop-7");
  static final SiteName REGION = new SiteName("frankfurt");
  static final RouteSettings SETTINGS =
      new RouteSettings(0.9, 0.6, Duration.ofSeconds(20), 0.9, Duration.ofSeconds(5), Map.of());
  static final LinkState LINK = new LinkState(millis(10), 1_000_000, true);

  private Frames() {}

  static Duration millis(long millis) {
    return Duration.ofMillis(millis);
  }

  /** This node, answering after {@code millis}. */
  static Candidate here(long millis) {
    return node("box-1", SHOP, Role.EDGE, millis);
  }

  static Candidate neighbour(long millis) {
    return node("box-2", SHOP, Role.EDGE, millis);
  }

  static Candidate region(String name, long millis) {
    return node(name, REGION, Role.REGION, millis);
  }

  private static Candidate node(String name, SiteName site, Role role, long millis) {
    return new Candidate(
        name,
        site,
        role,
        Set.of("eu-de"),
        Map.of(PIPELINE, millis(millis)),
        Set.of("avx2"),
        Duration.ZERO,
        true,
        LINK);
  }

  static Candidate in(Candidate c, String... zones) {
    return new Candidate(
        c.node(),
        c.site(),
        c.role(),
        Set.of(zones),
        c.forecasts(),
        c.abilities(),
        c.age(),
        c.isAccepting(),
        c.link());
  }

  static Candidate without(Candidate c, String pipeline) {
    var others = new HashMap<>(c.forecasts());
    others.remove(pipeline);
    return new Candidate(
        c.node(),
        c.site(),
        c.role(),
        c.zones(),
        others,
        c.abilities(),
        c.age(),
        c.isAccepting(),
        c.link());
  }

  static Candidate aged(Candidate c, Duration age) {
    return new Candidate(
        c.node(),
        c.site(),
        c.role(),
        c.zones(),
        c.forecasts(),
        c.abilities(),
        age,
        c.isAccepting(),
        c.link());
  }

  static Candidate over(Candidate c, LinkState link) {
    return new Candidate(
        c.node(),
        c.site(),
        c.role(),
        c.zones(),
        c.forecasts(),
        c.abilities(),
        c.age(),
        c.isAccepting(),
        link);
  }

  static Candidate closed(Candidate c) {
    return new Candidate(
        c.node(),
        c.site(),
        c.role(),
        c.zones(),
        c.forecasts(),
        c.abilities(),
        c.age(),
        false,
        c.link());
  }

  static FrameNeeds frame(Fallback... fallback) {
    return frame(Residency.anywhere(), fallback);
  }

  /** A frame of a tenant that is kept to {@code residency}. */
  static FrameNeeds frame(Residency residency, Fallback... fallback) {
    return new FrameNeeds(
        PIPELINE,
        millis(100),
        10_000,
        Set.of("avx2"),
        Labels.of(new Label(Label.Party.TENANT, "acme", residency)),
        new Reach(Residency.anywhere(), List.of(fallback), Optional.empty()),
        false,
        Set.of());
  }

  static Surroundings around(Candidate here, Candidate... others) {
    return Surroundings.of(here, List.of(others));
  }

  /** With cheaper variants and an earlier answer. */
  static Surroundings around(
      Candidate here, List<Candidate> others, Optional<Duration> cheaper, Optional<Duration> age) {
    return new Surroundings(here, others, cheaper, () -> age, List.of());
  }
}
