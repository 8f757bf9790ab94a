package dev.weft.cluster.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.typesafe.config.ConfigFactory;
import dev.weft.cluster.fact.FactBook;
import dev.weft.cluster.fact.NodeFacts;
import dev.weft.cluster.moving.SiteSight;
import dev.weft.cluster.moving.Situation;
import dev.weft.cluster.site.NodeId;
import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.manifest.NodeClass;
import dev.weft.fabric.manifest.NodeManifest.Role;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a region's node goes by whose cluster is linked to a shop and another region. */
class MovingSightTest {

  private static final NodeId HERE = new NodeId(new SiteName("region"), "hub");
  private static final NodeId OWN_EDGE = new NodeId(new SiteName("depot"), "box");
  private static final NodeId LINKED_EDGE = new NodeId(new SiteName("shop"), "till");
  private static final NodeId LINKED_REGION = new NodeId(new SiteName("west"), "hub");

  @TempDir private static Path folder;

  private final FactBook facts = new FactBook(Duration.ofMinutes(1), 9, () -> 0);
  private final Weft weft =
      Weft.embedded(
          ConfigFactory.parseMap(
                  Map.of(
                      "weft.fabric.session.enabled",
                      true,
                      "weft.persistence.journal.folder",
                      folder.resolve("journal").toString(),
                      "akka.loglevel",
                      "WARNING"))
              .withFallback(ConfigFactory.load()));
  private final MovingSight sight =
      new MovingSight(
          HERE, facts, this::members, Map.of(), weft, weft.sessions(), () -> false, () -> 0);

  @BeforeEach
  void hear() {
    facts.told(node(HERE, Role.REGION));
    facts.told(node(OWN_EDGE, Role.EDGE));
    facts.told(node(LINKED_EDGE, Role.EDGE).linked(Set.of(address(LINKED_EDGE))));
    facts.told(node(LINKED_REGION, Role.REGION).linked(Set.of(address(LINKED_REGION))));
  }

  @AfterEach
  void close() {
    weft.close();
  }

  private List<ClusterStatus.Member> members() {
    return List.of(
        member(HERE, false),
        member(OWN_EDGE, false),
        member(LINKED_EDGE, true),
        member(LINKED_REGION, true));
  }

  private static ClusterStatus.Member member(NodeId node, boolean isLinked) {
    return new ClusterStatus.Member(node.site().text(), address(node), "Up", true, isLinked);
  }

  private static String address(NodeId node) {
    return node.site() + ":1";
  }

  private static NodeFacts node(NodeId id, Role role) {
    return new NodeFacts(
        id.name(),
        id.site(),
        role,
        NodeClass.STANDARD,
        1,
        address(id),
        id.site() + ":2",
        Set.of("eu-de"),
        NodeFacts.State.idle());
  }

  private static Set<SiteName> sites(Optional<Situation> situation) {
    return Set.copyOf(situation.orElseThrow().sites().stream().map(SiteSight::site).toList());
  }

  @Test
  void noSessionMovesByWhatALinkedEdgeSiteTellsOfItself() {
    assertEquals(Set.of(HERE.site(), OWN_EDGE.site(), LINKED_REGION.site()), sites(sight.all()));
  }

  @Test
  void anOperatorCanHaveASiteDrainedToOne() {
    assertEquals(
        Set.of(HERE.site(), OWN_EDGE.site(), LINKED_EDGE.site(), LINKED_REGION.site()),
        sites(sight.sites()));
  }

  @Test
  void nothingIsDecidedWhileTheNodeHasToldNothingOfItself() {
    facts.gone(address(HERE));
    assertEquals(Optional.empty(), sight.all());
  }
}
