package dev.weft.cluster.standby;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.cluster.fact.NodeFacts;
import dev.weft.cluster.site.NodeId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StandbyRuleTest {

  private static Optional<String> of(String owner, NodeFacts... there) {
    return StandbyRule.of(NodeId.find(owner).orElseThrow(), List.of(there)).map(NodeId::toString);
  }

  @Test
  void theNextByNameMirrorsAndTheFirstTheLast() {
    var a = Facts.of("shop/a", true);
    var b = Facts.of("shop/b", true);
    var c = Facts.of("shop/c", true);
    assertEquals(Optional.of("shop/b"), of("shop/a", a, b, c));
    assertEquals(Optional.of("shop/c"), of("shop/b", c, b, a));
    assertEquals(Optional.of("shop/a"), of("shop/c", a, b, c));
    assertEquals(Optional.of("shop/c"), of("shop/a", a, c));
  }

  @Test
  void alsoWhereTheOwnerIsNotThereAnyMore() {
    assertEquals(Optional.of("shop/a"), of("shop/b", Facts.of("shop/a", true)));
  }

  @Test
  void noNodeOfAnotherSiteAndNoneThatMirrorsNothing() {
    assertEquals(
        Optional.empty(),
        of(
            "shop/a",
            Facts.of("shop/a", true),
            Facts.of("shop/b", false),
            Facts.of("region/b", true)));
  }
}
