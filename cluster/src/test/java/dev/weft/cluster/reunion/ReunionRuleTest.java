package dev.weft.cluster.reunion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.weft.cluster.reunion.ReunionRule.Step;
import dev.weft.cluster.site.SiteName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReunionRuleTest {

  private static final ReunionSettings SETTINGS =
      new ReunionSettings(
          Duration.ofSeconds(5),
          Duration.ofSeconds(10),
          3,
          1000,
          4,
          Duration.ofSeconds(30),
          Duration.ofSeconds(10));

  private final ReunionRule rule = new ReunionRule(SETTINGS);

  private static Life life(String site, String node, long uid) {
    return new Life("akka://weft@%s-%s:1".formatted(site, node), uid, new SiteName(site));
  }

  private static final Life HUB = life("region", "a", 1);
  private static final Life SHOP_A = life("shop", "a", 1);
  private static final Life SHOP_B = life("shop", "b", 1);
  private static final Life NEW_A = life("shop", "a", 2);
  private static final Life NEW_B = life("shop", "b", 2);

  private static Sight sight(Set<Life> unreached, Life... members) {
    return new Sight(members[0], List.of(members), unreached);
  }

  /** By one that takes the receiver for nobody. */
  private static Greeting by(Life... around) {
    return new Greeting(around[0], Set.of("edge"), "1.0", 0, false, List.of(around));
  }

  private Step heard(Greeting greeting, Sight sight, int second) {
    return rule.heard(greeting, sight, Duration.ofSeconds(second).toNanos());
  }

  /** What comes of greetings every five seconds. */
  private List<Step> steps(Greeting greeting, Sight sight, int count) {
    return IntStream.range(0, count).mapToObj(i -> heard(greeting, sight, 5 * i)).toList();
  }

  @Test
  void whoIsAStrangerForLongIsTakenIn() {
    assertEquals(
        List.of(Step.STAY, Step.STAY, Step.TAKE_IN), steps(by(NEW_A), sight(Set.of(), HUB), 3));
  }

  @Test
  void whoIsKnownIsLeftAlone() {
    assertEquals(
        List.of(Step.STAY, Step.STAY, Step.STAY),
        steps(by(SHOP_A), sight(Set.of(), HUB, SHOP_A), 3));
  }

  @Test
  void whoWasRemovedIsNeverTakenIn() {
    rule.removed(SHOP_A);
    assertEquals(
        List.of(Step.STAY, Step.STAY, Step.STAY), steps(by(SHOP_A), sight(Set.of(), HUB), 3));
  }

  @Test
  void greetingsThatCameLateAllAtOnceShowNoPatience() {
    heard(by(NEW_A), sight(Set.of(), HUB), 0);
    assertEquals(Step.STAY, heard(by(NEW_A), sight(Set.of(), HUB), 60));
    assertEquals(Step.STAY, heard(by(NEW_A), sight(Set.of(), HUB), 60));
  }

  @Test
  void aClusterNeverGetsTwoMembersOfOneAddress() {
    var stale = Set.of(SHOP_A, SHOP_B);
    var both = sight(stale, HUB, SHOP_A, SHOP_B);
    assertEquals(
        Step.TAKE_IN, steps(by(NEW_A, NEW_B), both, 3).getLast(), "its own predecessor goes first");

    var other = sight(stale, HUB, SHOP_B);
    assertEquals(Step.STAY, heard(by(NEW_A, NEW_B), other, 15), "the one of the other is there");
    assertEquals(Step.TAKE_IN, heard(by(NEW_A, NEW_B), sight(Set.of(), HUB), 20));
  }

  @Test
  void ofASiteThatIsInBothTheFewerGiveWayAndNobodyIsTakenIn() {
    var rest = life("shop", "c", 1);
    assertEquals(
        List.of(Step.STAY, Step.STAY, Step.RIVAL),
        steps(by(NEW_A), sight(Set.of(), SHOP_B, rest, HUB), 3));

    assertEquals(
        List.of(Step.STAY, Step.STAY, Step.GIVE_WAY),
        steps(by(SHOP_B, rest, HUB), sight(Set.of(), NEW_A), 3));
  }

  @Test
  void ofEqualPartsOfASiteOneGivesWay() {
    assertEquals(Step.RIVAL, steps(by(SHOP_B), sight(Set.of(), NEW_A), 3).getLast());
    assertEquals(Step.GIVE_WAY, steps(by(NEW_A), sight(Set.of(), SHOP_B), 3).getLast());
  }

  @Test
  void whoIsKnownByAllAndKnowsNobodyTakesThemIn() {
    var alone = sight(Set.of(), SHOP_A);
    assertEquals(
        Step.TAKE_IN, steps(by(HUB, SHOP_A, SHOP_B), alone, 3).getLast(), "of another site");
    assertEquals(Step.TAKE_IN, steps(by(SHOP_B, SHOP_A, HUB), alone, 3).getLast(), "of its own");
  }

  @Test
  void aSiteThatIsInBothAgreesBeforeAnotherOneIsTakenIn() {
    var greeting = by(life("plant", "a", 1), NEW_A);
    assertEquals(Step.STAY, steps(greeting, sight(Set.of(), HUB, SHOP_B), 4).getLast());
    assertEquals(Step.TAKE_IN, heard(greeting, sight(Set.of(SHOP_B), HUB, SHOP_B), 20));
  }

  @Test
  void answersWhoTakesItForAnotherOrIsNotKnown() {
    var sight = sight(Set.of(), HUB, SHOP_A);
    var known = new Greeting(SHOP_A, Set.of(), "", HUB.uid(), false, List.of(SHOP_A));
    var mistaken = new Greeting(SHOP_A, Set.of(), "", 99, false, List.of(SHOP_A));
    var answer = new Greeting(NEW_A, Set.of(), "", 0, true, List.of(NEW_A));

    assertFalse(ReunionRule.answers(known, sight));
    assertTrue(ReunionRule.answers(mistaken, sight));
    assertTrue(ReunionRule.answers(by(NEW_A), sight));
    assertFalse(ReunionRule.answers(answer, sight), "or they would go on for ever");
  }

  @Test
  void greetsAllWhoAreLostInTurnsAndOneOfTheOthers() {
    var lost = IntStream.range(0, 7).mapToObj(i -> life("lost-" + i, "a", 1)).toList();
    var members = new ArrayList<Life>(List.of(HUB, SHOP_A, SHOP_B));
    members.addAll(lost);
    var sight = new Sight(HUB, members, Set.copyOf(lost));
    var seeds = List.of(HUB.address(), SHOP_A.address(), "akka://weft@seed:1");

    var greeted = new HashSet<String>();
    for (var round = 0; round < 4; round++) {
      var now = rule.greeted(sight, seeds);
      assertEquals(4, now.size(), "three of the lost and one other");
      greeted.addAll(now);
    }
    assertEquals(10, greeted.size());
    assertTrue(greeted.contains("akka://weft@seed:1"), greeted::toString);
    assertFalse(greeted.contains(HUB.address()), "itself");
  }

  @Test
  void rememberedIsABoundedNumber() {
    for (var uid = 1; uid <= 5; uid++) {
      rule.removed(life("shop", "a", uid));
    }
    assertEquals(Step.TAKE_IN, steps(by(life("shop", "a", 1)), sight(Set.of(), HUB), 3).getLast());
    assertEquals(Step.STAY, steps(by(life("shop", "a", 5)), sight(Set.of(), HUB), 3).getLast());
  }

  @Test
  void settingsSayWhatIsWrong() {
    var wrong =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                new ReunionSettings(
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(1),
                    3,
                    3,
                    4,
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(10)));
    assertTrue(String.valueOf(wrong.getMessage()).contains("patience PT1S"), wrong.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "weft.cluster.reunion.interval = 12s",
        "weft.cluster.reunion.begin-after = 15s",
        "weft.cluster.begin-lease.heartbeat-timeout = 9s"
      })
  void aRightThatIsNotKeptInTimeOrLastsTooLongIsRefused(String setting) {
    var config =
        ConfigFactory.parseString(setting + ", weft.cluster.reunion.patience = 20s")
            .withFallback(ConfigFactory.load());
    var wrong = assertThrows(IllegalArgumentException.class, () -> ReunionSettings.from(config));
    var message = String.valueOf(wrong.getMessage());
    assertTrue(message.startsWith("weft.cluster.begin-lease.heartbeat-timeout: "), message);
  }

  @Test
  void theFirstOfASiteThatAreReachedKeepTheRight() {
    var late = life("shop", "c", 1);
    var members = List.of(HUB, late, SHOP_B, SHOP_A);
    assertTrue(new Sight(SHOP_B, members, Set.of()).isAmongFirstOfSite(2));
    assertFalse(new Sight(late, members, Set.of()).isAmongFirstOfSite(2));
    assertTrue(new Sight(late, members, Set.of(SHOP_A)).isAmongFirstOfSite(2));
  }
}
