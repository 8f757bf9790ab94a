package dev.weft.app.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.fabric.json.Json;
import java.util.List;
import org.junit.jupiter.api.Test;

class DrainTextTest {

  @Test
  void saysWhatIsDoneAndWhoStaysAndWhy() {
    var text =
        new DrainText(
            Json.readObject(
                """
                {"site": "shop-1", "stands": "draining", "to": "region",
                  "since": "2026-01-01T12:00:00Z", "away": 7, "underWay": 2, "waiting": 3,
                  "trouble": "", "missingPipelines": ["look"], "stayingCount": 1,
                  "staying": [{"session": "shop-1/a", "why": "residency"}], "failingCount": 1,
                  "failing": [{"session": "shop-1/b", "why": "not reached"}]}
                """));
    assertEquals(
        List.of(
            "site shop-1: draining to region since 2026-01-01T12:00:00Z; away: 7, on their way: 2,"
                + " waiting: 3, tried again: 1, staying: 1",
            "not deployed on all nodes there, so their frames run where they come: look"),
        text.lines());
    assertEquals(
        List.of(
            List.of("shop-1/a", "for good", "residency"),
            List.of("shop-1/b", "for now", "not reached")),
        text.rows());
  }

  @Test
  void oneThatIsNotDrainedSaysSo() {
    var text =
        new DrainText(
            Json.readObject(
                """
                {"site": "shop-1", "stands": "not drained", "away": 0, "underWay": 0, "waiting": 0,
                  "trouble": "", "stayingCount": 0, "failingCount": 0}
                """));
    assertEquals(
        List.of("site shop-1: not drained; away: 0, on their way: 0, waiting: 0, staying: 0"),
        text.lines());
    assertEquals(List.of(), text.rows());
  }
}
