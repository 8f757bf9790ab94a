package dev.weft.cluster.artifact;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.cluster.fact.NodeFacts;
import dev.weft.cluster.site.NodeId;
import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.manifest.Residency;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HolderRuleTest {

  private static final DeclaredVariant INT8 =
      DeclaredVariant.of(
          Declared.stage(Residency.anywhere(), Declared.variant("int8")), Declared.variant("int8"));

  private static NodeFacts node(String id, String... variants) {
    return Declared.node(id, "127.0.0.1:1", Set.of(), variants);
  }

  private static List<String> order(List<NodeFacts> seen) {
    return HolderRule.order(
            seen, NodeId.find("shop/b").orElseThrow(), new SiteName("region-1"), INT8)
        .stream()
        .map(holder -> holder.id().toString())
        .toList();
  }

  @Test
  void asksTheRegionThatDeclaredItFirstThenOthersThatMayHaveIt() {
    var seen =
        List.of(
            node("mall/a", "classify@int8"),
            node("region-2/a"),
            node("region-1/b"),
            node("shop/a", "classify@int8"),
            node("shop/b", "classify@int8"),
            node("shop/c", "classify@plain"),
            node("region-1/a"),
            Declared.node("region-1/c", "", Set.of()));
    var order = order(seen);
    assertEquals(Set.of("region-1/a", "region-1/b"), Set.copyOf(order.subList(0, 2)));
    assertEquals(List.of("region-2/a", "shop/a", "mall/a"), order.subList(2, 5));
  }

  @Test
  void notAllAskTheSameOneFirst() {
    var seen = List.of(node("region-1/a"), node("region-1/b"), node("region-1/c"));
    var first = new HashSet<String>();
    for (var i = 0; i < 100; i++) {
      var here = NodeId.find("shop-%d/a".formatted(i)).orElseThrow();
      first.add(
          HolderRule.order(seen, here, new SiteName("region-1"), INT8).getFirst().id().toString());
    }
    assertEquals(3, first.size(), first.toString());
  }

  @Test
  void asksNoMoreThanABound() {
    var seen = new ArrayList<NodeFacts>();
    for (var i = 0; i < 100; i++) {
      seen.add(node("region-1/n" + i));
    }
    assertEquals(HolderRule.HOLDERS_MAX, order(seen).size());
  }
}
