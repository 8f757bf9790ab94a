package dev.weft.cluster.reunion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.cluster.site.SiteName;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NamesakeRuleTest {

  private static Life life(String node, long uid) {
    return new Life("akka://weft@%s:1".formatted(node), uid, new SiteName("shop"));
  }

  private static final Life SELF = life("a", 2);
  private static final Life BEFORE = life("a", 1);
  private static final Life B = life("b", 1);
  private static final Life C = life("c", 1);

  private final NamesakeRule rule = new NamesakeRule(SELF);

  @Test
  void onlyAnotherProcessOfItsAddressIsANamesake() {
    assertTrue(rule.isNamesake(BEFORE));
    assertFalse(rule.isNamesake(SELF));
    assertFalse(rule.isNamesake(B));
  }

  @Test
  void isAloneWhenItsNamesakesAreGone() {
    assertTrue(rule.isNews(BEFORE));
    assertFalse(rule.isNews(BEFORE));
    assertFalse(rule.isAlone());
    rule.gone(BEFORE);
    assertTrue(rule.isAlone());

    assertTrue(rule.isNews(BEFORE));
    rule.listedNone();
    assertTrue(rule.isAlone(), "what it heard of was out of date");
  }

  @Test
  void asksInTheNameOfOneAfterTheOtherThatIsReached() {
    var sight = new Sight(SELF, List.of(SELF, BEFORE, B, C), Set.of(BEFORE));

    assertEquals(Optional.of(B), rule.asker(sight));
    assertEquals(Optional.of(C), rule.asker(sight));
    assertEquals(
        Optional.of(C), rule.asker(new Sight(SELF, List.of(SELF, BEFORE, B, C), Set.of(B))));
  }

  @Test
  void whoReachesNobodyAsksInAnyNameAndItsNamesakesLast() {
    var lonely = new Sight(SELF, List.of(SELF, BEFORE, B), Set.of(BEFORE, B));
    assertEquals(Optional.of(B), rule.asker(lonely));

    var only = new Sight(SELF, List.of(SELF), Set.of());
    assertEquals(Optional.empty(), rule.asker(only));
    rule.isNews(BEFORE);
    assertEquals(Optional.of(BEFORE), rule.asker(only));
  }
}
