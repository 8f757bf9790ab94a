package dev.weft.cluster.site;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class NodeIdTest {

  @Test
  void knowsANodeByItsCertificateAndByItsId() {
    var till = Optional.of(new NodeId(new SiteName("shop"), "till"));
    assertEquals(till, NodeId.ofPeer("till.shop"));
    assertEquals(till, NodeId.ofPeer("shop/till"));
    assertEquals(Optional.empty(), NodeId.ofPeer("operator"));
    assertEquals(Optional.empty(), NodeId.ofPeer("till.Not a site"));
  }
}
