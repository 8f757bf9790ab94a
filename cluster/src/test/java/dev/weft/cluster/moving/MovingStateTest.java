package dev.weft.cluster.moving;

import static dev.weft.cluster.moving.Sights.NOON;
import static dev.weft.cluster.moving.Sights.REGION;
import static dev.weft.cluster.moving.Sights.SHOP;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MovingStateTest {

  private MovingState state = MovingState.none();

  private int apply(List<MovingEvent> events) {
    events.forEach(event -> state = state.on(event));
    return events.size();
  }

  private static Away away(String session, long term) {
    return new Away(session, "acme", REGION, MoveReason.HEAT, term, NOON);
  }

  private int note(MovingEvent... events) {
    return apply(state.note(List.of(events), 2));
  }

  @Test
  void aDrainIsOrderedOnceAndUndoneOnce() {
    assertEquals(0, apply(state.undo(NOON)));
    assertEquals(1, apply(state.order(REGION, NOON)));
    assertEquals(0, apply(state.order(REGION, NOON.plusSeconds(1))));
    assertEquals(Optional.of(new DrainOrder(REGION, NOON)), state.drain());

    assertEquals(1, apply(state.order(SHOP, NOON.plusSeconds(2))), "elsewhere");
    assertEquals(1, apply(state.undo(NOON)));
    assertEquals(0, apply(state.undo(NOON)));
    assertEquals(MovingState.none(), state);
  }

  @Test
  void whoIsAwayIsKnownUntilThatEndsAndNoMoreThanFindRoom() {
    assertEquals(1, note(new MovingEvent.WentAway(away("shop/1", 1))));
    assertEquals(0, note(new MovingEvent.WentAway(away("shop/1", 1))));
    assertEquals(1, note(new MovingEvent.WentAway(away("shop/1", 3))));
    assertEquals(
        1,
        note(
            new MovingEvent.WentAway(away("shop/2", 1)),
            new MovingEvent.WentAway(away("shop/3", 1))));
    assertEquals(1, note(new MovingEvent.WentAway(away("shop/2", 2))), "it has its room");

    assertEquals(1, note(new MovingEvent.AwayEnded("shop/1"), new MovingEvent.AwayEnded("shop/1")));
    assertEquals(Map.of("shop/2", away("shop/2", 2)), state.away());
    assertEquals(1, note(new MovingEvent.WentAway(away("shop/3", 1))));
  }
}
