package dev.weft.cluster.lookout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.link.identity.Address;
import java.util.List;
import org.junit.jupiter.api.Test;

class LookoutTest {

  private static final Neighbour BOX =
      new Neighbour(Address.of("10.0.0.1", 25520), 1, Address.of("10.0.0.1", 25521));
  private static final Neighbour OTHER =
      new Neighbour(Address.of("10.0.0.2", 25520), 2, Address.of("10.0.0.2", 25521));
  private static final List<Neighbour> BOTH = List.of(BOX, OTHER);

  private final Lookout lookout = new Lookout(3);

  @Test
  void aProcessHasEndedWhenItWasConnectedAndRefusesOftenEnough() {
    lookout.due(BOTH, _ -> true);

    assertEquals(List.of(BOX), lookout.due(BOTH, each -> each.equals(OTHER)));
    assertFalse(lookout.hasEnded(BOX, Knock.REFUSED));
    assertEquals(List.of(BOX), lookout.due(BOTH, each -> each.equals(OTHER)));
    assertFalse(lookout.hasEnded(BOX, Knock.REFUSED));
    assertEquals(List.of(BOX), lookout.due(BOTH, each -> each.equals(OTHER)));
    assertTrue(lookout.hasEnded(BOX, Knock.REFUSED));
  }

  @Test
  void whomHalfOfItsSiteRefuseLetsTheOthersDecide() {
    lookout.due(BOTH, _ -> true);
    for (var i = 0; i < 3; i++) {
      assertEquals(BOTH, lookout.due(BOTH, _ -> false));
      assertFalse(lookout.hasEnded(BOX, Knock.REFUSED));
      assertFalse(lookout.hasEnded(OTHER, Knock.REFUSED), "two of three refuse it");
    }
  }

  @Test
  void ofTwoTheOtherMayHaveEnded() {
    var one = List.of(BOX);
    lookout.due(one, _ -> true);
    for (var i = 0; i < 2; i++) {
      lookout.due(one, _ -> false);
      assertFalse(lookout.hasEnded(BOX, Knock.REFUSED));
    }
    lookout.due(one, _ -> false);
    assertTrue(lookout.hasEnded(BOX, Knock.REFUSED));
  }

  @Test
  void itIsToldOnce() {
    ends(BOX);

    assertEquals(List.of(), lookout.due(BOTH, each -> each.equals(OTHER)));
    assertFalse(lookout.hasEnded(BOX, Knock.REFUSED));
  }

  @Test
  void nobodyIsKnockedAtAgainBeforeTheKnockIsAnswered() {
    lookout.due(BOTH, _ -> true);

    assertEquals(BOTH, lookout.due(BOTH, _ -> false));
    assertEquals(List.of(), lookout.due(BOTH, _ -> false));
    assertFalse(lookout.hasEnded(OTHER, Knock.UNCLEAR));
    assertEquals(List.of(OTHER), lookout.due(BOTH, _ -> false));
  }

  @Test
  void oneThatNeverHadAConnectionIsNotKnockedAt() {
    assertEquals(List.of(), lookout.due(BOTH, _ -> false));
  }

  @Test
  void aConnectionThatIsTakenBetweenRefusalsHasThemCountAnew() {
    lookout.due(BOTH, _ -> true);
    refuse(BOX, 2);
    lookout.due(BOTH, _ -> false);
    assertFalse(lookout.hasEnded(BOX, Knock.UNCLEAR));

    refuse(BOX, 2);
    lookout.due(BOTH, _ -> false);
    assertTrue(lookout.hasEnded(BOX, Knock.REFUSED));
  }

  @Test
  void aDataLinkThatIsThereAgainHasThemCountAnew() {
    lookout.due(BOTH, _ -> true);
    refuse(BOX, 2);
    lookout.due(BOTH, _ -> true);

    lookout.due(BOTH, _ -> false);
    assertFalse(lookout.hasEnded(BOX, Knock.REFUSED));
  }

  @Test
  void anotherProcessAtTheSameAddressIsAnotherNeighbour() {
    ends(BOX);
    var next = new Neighbour(BOX.actors(), 7, BOX.link());

    assertEquals(List.of(), lookout.due(List.of(next), _ -> false));
    lookout.due(List.of(next), _ -> true);
    assertEquals(List.of(next), lookout.due(List.of(next), _ -> false));
  }

  @Test
  void oneThatIsNoNeighbourAnyMoreHasNotEnded() {
    lookout.due(BOTH, _ -> true);
    refuse(BOX, 2);
    assertEquals(List.of(BOX, OTHER), lookout.due(BOTH, _ -> false));
    lookout.due(List.of(OTHER), _ -> true);

    assertFalse(lookout.hasEnded(BOX, Knock.REFUSED));
  }

  private void ends(Neighbour neighbour) {
    lookout.due(BOTH, _ -> true);
    refuse(neighbour, 2);
    lookout.due(BOTH, each -> !each.equals(neighbour));
    assertTrue(lookout.hasEnded(neighbour, Knock.REFUSED));
  }

  private void refuse(Neighbour neighbour, int times) {
    for (var i = 0; i < times; i++) {
      lookout.due(BOTH, each -> !each.equals(neighbour));
      assertFalse(lookout.hasEnded(neighbour, Knock.REFUSED));
    }
  }
}
