package dev.weft.app.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.fabric.json.Json;
import org.junit.jupiter.api.Test;

class StandbyTextTest {

  private static String text(String node) {
    return new StandbyText(new Fields(Json.readObject(node))).text();
  }

  @Test
  void aNodeWithoutABufferHasNothingToSay() {
    assertEquals("", text("{\"node\": \"shop/a\", \"mirrored\": []}"));
  }

  @Test
  void oneInStepSaysWhoElseHasItsRecords() {
    assertEquals(
        "also at shop/b, behind by 12 numbers, 3040 bytes, 9 ms",
        text(
            """
            {"buffer": {"standby": "shop/b", "alone": false, "inStep": true, "lagNumbers": 12,
              "lagBytes": 3040, "lagMillis": 9}}
            """));
  }

  @Test
  void oneThatIsAloneSaysSoAndWhy() {
    assertEquals("alone", text("{\"buffer\": {\"alone\": true, \"inStep\": false}}"));
    assertEquals(
        "alone, without shop/b",
        text("{\"buffer\": {\"standby\": \"shop/b\", \"alone\": true, \"inStep\": false}}"));
    assertEquals(
        "alone, followed by shop/b, behind by 5 numbers, 60 bytes, ? ms (disk full)",
        text(
            """
            {"buffer": {"standby": "shop/b", "alone": false, "inStep": false, "lagNumbers": 5,
              "lagBytes": 60, "trouble": "disk full"}}
            """));
  }

  @Test
  void oneThatSendsForAnotherSaysForWhom() {
    assertEquals(
        "alone; taking over for shop/a",
        text(
            """
            {"buffer": {"alone": true}, "mirrored": [
              {"owner": "shop/a", "takingOver": true}, {"owner": "shop/c", "takingOver": false}]}
            """));
  }
}
