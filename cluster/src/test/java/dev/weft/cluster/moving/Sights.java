package dev.weft.cluster.moving;

import dev.weft.cluster.fact.BufferFacts;
import dev.weft.cluster.fact.NodeFacts;
import dev.weft.cluster.route.Labels;
import dev.weft.cluster.site.NodeId;
import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.manifest.NodeClass;
import dev.weft.fabric.manifest.NodeManifest.Role;
import dev.weft.fabric.manifest.Residency;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/** Sites and sessions for tests of moving. */
final class Sights {

  static final SiteName SHOP = new SiteName("shop");
  static final SiteName REGION = new SiteName("region");
  static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  static final Duration DWELL = Duration.ofSeconds(60);
  static final Duration STAY = Duration.ofMinutes(10);

  /** All on, with the defaults. */
  static final MoveSettings ALL = settings(true, true, true);

  private Sights() {}

  static MoveSettings settings(boolean heat, boolean cost, boolean residency) {
    return new MoveSettings(
        new MoveSettings.Heat(heat, 85, 75),
        new MoveSettings.Cost(cost, 0.2, 0.1),
        residency,
        Duration.ofSeconds(5),
        DWELL,
        STAY,
        Duration.ofSeconds(60),
        Duration.ofSeconds(30),
        0.7,
        4,
        8,
        100,
        Duration.ofSeconds(5),
        new MoveSettings.Drain(Duration.ofMillis(20), 3, 2, Duration.ofMillis(100)));
  }

  /** A node that tests change one thing of. */
  record Told(
      SiteName site,
      String name,
      double celsius,
      long price,
      double load,
      Set<String> zones,
      Set<String> pipelines,
      boolean isReady,
      boolean isDraining) {

    static Told of(SiteName site, String name) {
      return new Told(site, name, 50, 100, 0.1, Set.of("eu-de"), Set.of("look"), true, false);
    }

    Told celsius(double other) {
      return new Told(site, name, other, price, load, zones, pipelines, isReady, isDraining);
    }

    Told price(long other) {
      return new Told(site, name, celsius, other, load, zones, pipelines, isReady, isDraining);
    }

    Told load(double other) {
      return new Told(site, name, celsius, price, other, zones, pipelines, isReady, isDraining);
    }

    Told zones(String... others) {
      return new Told(
          site, name, celsius, price, load, Set.of(others), pipelines, isReady, isDraining);
    }

    Told pipelines(String... others) {
      return new Told(site, name, celsius, price, load, zones, Set.of(others), isReady, isDraining);
    }

    Told leaving() {
      return new Told(site, name, celsius, price, load, zones, pipelines, false, isDraining);
    }

    Told draining() {
      return new Told(site, name, celsius, price, load, zones, pipelines, isReady, true);
    }

    /** Where a temperature is not a number, or a price negative, it is not told. */
    NodeFacts facts() {
      return new NodeFacts(
          name,
          site,
          site.equals(REGION) ? Role.REGION : Role.EDGE,
          NodeClass.STANDARD,
          1,
          new NodeId(site, name) + ":1",
          "h:1",
          zones,
          new NodeFacts.State(
              1,
              pipelines,
              Set.of(),
              load,
              OptionalDouble.empty(),
              0,
              Double.isNaN(celsius) ? OptionalDouble.empty() : OptionalDouble.of(celsius),
              OptionalDouble.empty(),
              price < 0 ? OptionalLong.empty() : OptionalLong.of(price),
              Map.of(),
              isReady,
              BufferFacts.NONE,
              isDraining,
              Map.of(),
              Set.of()));
    }

    SiteSight.Member member(boolean isReached) {
      return new SiteSight.Member(site, new NodeId(site, name) + ":1", isReached);
    }
  }

  /** As the first of the nodes sees it. */
  static Situation situation(
      Map<String, Residency> tenants, List<Situation.Fed> fed, List<Told> nodes) {
    var facts = nodes.stream().map(Told::facts).toList();
    var members = nodes.stream().map(node -> node.member(true)).toList();
    return new Situation(
        facts.getFirst(), SiteSight.of(facts, members), tenants, Labels.none(), fed);
  }

  static Situation situation(List<Situation.Fed> fed, Told... nodes) {
    return situation(Map.of(), fed, List.of(nodes));
  }

  /** Sessions of the shop that are there for long, and busy. */
  static List<Situation.Fed> busy(int count) {
    var fed = new ArrayList<Situation.Fed>();
    for (var each = 0; each < count; each++) {
      fed.add(busy("shop/" + each, "acme"));
    }
    return fed;
  }

  static Situation.Fed busy(String session, String tenant) {
    return new Situation.Fed(session, tenant, STAY, Duration.ZERO);
  }

  static MoveRule.Book book(Away... away) {
    var all = new java.util.TreeMap<String, Away>();
    for (var each : away) {
      all.put(each.session(), each);
    }
    return new MoveRule.Book(all, Set.of(), 0);
  }
}
