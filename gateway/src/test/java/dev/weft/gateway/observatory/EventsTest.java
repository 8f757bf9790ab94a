package dev.weft.gateway.observatory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventsTest {

  private final Events events = new Events(3);

  private void add(String sentence) {
    events.add(Instant.EPOCH, Event.Kind.LOAD, "node", sentence);
  }

  private static List<String> sentences(List<Event> events) {
    return events.stream().map(Event::sentence).toList();
  }

  @Test
  void onlyTheLastAreRememberedAndNumbersGoOn() {
    List.of("a", "b", "c", "d").forEach(this::add);
    assertEquals(List.of("b", "c", "d"), sentences(events.all()));
    assertEquals(4, events.last());
    assertEquals(List.of("c", "d"), sentences(events.since(2)));
    assertEquals(List.of(), events.since(4));
  }

  @Test
  void aLongSentenceIsCut() {
    add("x".repeat(100_000));
    assertTrue(events.all().getFirst().sentence().length() < 500);
  }
}
