package dev.weft.cluster.site;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class SessionNameTest {

  private static final SiteName HERE = new SiteName("shop-7");

  @Test
  void namesTheHomeBeforeTheFirstSlash() {
    var name = SessionName.of("shop-9/till/3", HERE);
    assertEquals(new SiteName("shop-9"), name.home());
    assertEquals("till/3", name.local());
    assertEquals("shop-9/till/3", name.toString());
  }

  @Test
  void isAtHomeHereWithoutASlash() {
    assertEquals("shop-7/till", SessionName.of("till", HERE).toString());
  }

  @Test
  void tellsWhatIsWrongWithASite() {
    for (var wrong :
        new String[] {"Shop/x", "-a/x", "a-/x", "/x", "a".repeat(64) + "/x", "a b/x"}) {
      var refused =
          assertThrows(IllegalArgumentException.class, () -> SessionName.of(wrong, HERE), wrong);
      assertTrue(String.valueOf(refused.getMessage()).contains("expected: 1 to 63"), wrong);
      assertEquals(Optional.empty(), SessionName.find(wrong, HERE));
    }
    assertThrows(IllegalArgumentException.class, () -> SessionName.of("shop/", HERE));
  }

  @Test
  void takesSitesOfOneToSixtyThreeCharacters() {
    assertEquals("a", new SiteName("a").text());
    assertEquals(63, new SiteName("a".repeat(63)).text().length());
  }
}
