package dev.weft.cluster.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class WaveTest {

  private static String refusal(String text) {
    return String.valueOf(
        assertThrows(IllegalArgumentException.class, () -> Wave.parse(text)).getMessage());
  }

  @Test
  void readsSitesInTheirOrderAndTheRest() {
    var waves = Wave.parse("site-1;site-3, site-2 ; rest");

    assertEquals(List.of("site-1", "site-2, site-3", "rest"), texts(waves));
    assertEquals(List.of("rest"), texts(Wave.parse("rest")));
  }

  private static List<String> texts(List<Wave> waves) {
    return waves.stream().map(Wave::toString).toList();
  }

  @Test
  void namesWhatIsWrong() {
    assertTrue(refusal("").contains("'' (expected: names of sites"), refusal(""));
    assertTrue(refusal("site-1; Site 2").contains("'Site 2'"));
    assertTrue(refusal("site-1; site-2, site-1").contains("site 'site-1' twice"));
    assertTrue(refusal("rest; site-1").contains("'site-1' after 'rest'"));
    assertTrue(refusal("site-1; rest; rest").contains("'rest' after 'rest'"));
  }
}
