package dev.weft.app.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.supervisor.evidence.Entry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GateHistoryTest {

  private static Entry entry(int second, String kind, Map<String, Object> body) {
    return new Entry(second + 1, Instant.ofEpochSecond(second), kind, body, Entry.NONE_BEFORE);
  }

  private static Entry look(int second) {
    var gates = List.of(Map.of("kpi", "cpu", "estimate", second));
    return entry(second, "stands", Map.of("step", "5 %", "gates", gates));
  }

  @Test
  void isTheFiguresOfEachLookAndNothingElse() {
    var told =
        GateHistory.of(
            List.of(
                entry(0, "started", Map.of()),
                look(1),
                entry(2, "stands", Map.of("missing", 3)),
                look(3)));
    assertEquals(
        List.of("1970-01-01T00:00:01Z", "1970-01-01T00:00:03Z"),
        told.stream().map(each -> each.get("at")).toList());
    assertEquals("5 %", told.getFirst().get("step"));
  }

  @Test
  void ofManyLooksIsThinnedOutAndEndsWithTheLast() {
    for (var count : List.of(299, 300, 301, 2_000)) {
      var looks = new ArrayList<Entry>();
      for (var second = 0; second < count; second++) {
        looks.add(look(second));
      }
      var told = GateHistory.of(looks);
      assertTrue(told.size() <= GateHistory.LOOKS_MAX, () -> count + ": " + told.size());
      assertTrue(told.size() > GateHistory.LOOKS_MAX / 3, () -> count + ": " + told.size());
      assertEquals(
          Instant.ofEpochSecond(count - 1).toString(), told.getLast().get("at"), count + " looks");
    }
  }

  @Test
  void ofNothingIsNothing() {
    assertEquals(List.of(), GateHistory.of(List.of()));
  }
}
