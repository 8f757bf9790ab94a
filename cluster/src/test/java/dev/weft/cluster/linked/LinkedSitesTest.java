package dev.weft.cluster.linked;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.weft.cluster.fact.FactBook;
import dev.weft.cluster.site.NodeId;
import dev.weft.cluster.site.SiteName;
import dev.weft.cluster.site.SiteSettings;
import dev.weft.link.exchange.ExchangeSettings;
import dev.weft.link.exchange.Peers;
import dev.weft.link.identity.Security;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LinkedSitesTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Security security = Security.none();
  private final Peers peers =
      new Peers(
          "region/hub", ExchangeSettings.from(ConfigFactory.load()), security, new SecureRandom());

  @AfterEach
  void close() {
    peers.close();
    security.close();
  }

  private LinkedSites sites(boolean isAccepting) {
    return sites(isAccepting, false);
  }

  private LinkedSites sites(boolean isAccepting, boolean isCertified) {
    return new LinkedSites(
        new SiteSettings(
            new NodeId(Told.REGION, "hub"), 1, SECOND, SECOND, SECOND.multipliedBy(2), 9),
        new LinkedSettings(List.of(), isAccepting, 3, 2, SECOND, SECOND),
        new FactBook(SECOND, 9, () -> 0),
        peers,
        () -> Map.of(Told.REGION, Set.of("hub:1"), new SiteName("depot"), Set.of("box:1")),
        isCertified,
        () -> 0);
  }

  @Test
  void aNodeOfAnotherClusterHasFramesRunInSessionsOfItsOwnAndOfTheRegion() {
    var sites = sites(true);
    assertTrue(sites.mayAsk("till.shop", "shop/x"));
    assertTrue(sites.mayAsk("till.shop", "region/x"));
    assertFalse(sites.mayAsk("till.shop", "shop-2/x"));
    assertFalse(sites.mayAsk("till.shop", "depot/x"));
  }

  @Test
  void aNodeOfThisClusterHasFramesRunInAnySession() {
    assertTrue(sites(true).mayAsk("box.depot", "shop-2/x"));
    assertTrue(sites(true).mayAsk("depot/box", "region/x"));
    assertTrue(sites(false).mayAsk("till.shop", "shop-2/x"), "nobody else comes");
  }

  @Test
  void aCertificateThatNamesNoNodeHasFramesRunInNoSession() {
    for (var name : List.of("region/x.shop-7", "a.b.shop-7", "operator")) {
      assertFalse(sites(true, true).mayAsk(name, "region/x"), name);
      assertTrue(sites(false, true).mayAsk(name, "region/x"), "nobody else comes");
    }
    assertTrue(sites(true, true).mayAsk("till.shop", "shop/x"));
    assertTrue(sites(true, true).mayAsk("box.depot", "shop-2/x"));
    assertTrue(sites(true, false).mayAsk("operator", "shop-2/x"), "there are no certificates");
  }

  @Test
  void aNodeThatIsNotLinkedTellsNobody() {
    var sites = sites(false);
    sites.told(Told.node(Told.REGION, "hub", 1));
    assertEquals(List.of(), peers.all());
    assertEquals(Set.of(), sites.kept());
    assertFalse(sites.isOpen());
    assertTrue(sites(true).isOpen());
    assertFalse(sites(false).sessions().reaches(Told.SHOP));
  }
}
