package dev.weft.cluster.site;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NodeIdTest {

  @Test
  void knowsANodeByItsCertificateAndByItsId() {
    var till = Optional.of(new NodeId(new SiteName("shop"), "till"));
    assertEquals(till, NodeId.ofPeer("till.shop", true));
    assertEquals(till, NodeId.ofPeer("till.shop", false));
    assertEquals(till, NodeId.ofPeer("shop/till", false));
    assertEquals(Optional.empty(), NodeId.ofPeer("operator", false));
    assertEquals(Optional.empty(), NodeId.ofPeer("till.Not a site", false));
  }

  @Test
  void aCertificateNamesANodeAndItsSiteAndNothingElse() {
    for (var name :
        List.of(
            "region/x.shop-7",
            "a.b.shop-7",
            "shop/till",
            "till",
            "",
            ".shop",
            "till.",
            "nodes.shop")) {
      assertEquals(Optional.empty(), NodeId.ofPeer(name, true), name);
    }
  }
}
