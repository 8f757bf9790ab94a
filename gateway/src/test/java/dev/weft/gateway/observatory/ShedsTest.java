package dev.weft.gateway.observatory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.pipeline.DropReason;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShedsTest {

  private static final Sheds.Place PLACE =
      new Sheds.Place("p", Lane.BACKGROUND, DropReason.QUEUE_FULL);
  private static final long QUIET = Sheds.QUIET.toMillis();

  private final Sheds sheds = new Sheds();

  @Test
  void beginsWithTheFirstDropAndEndsOnceItWasQuiet() {
    sheds.dropped(PLACE, 1_000);
    sheds.dropped(PLACE, 1_400);
    assertEquals(List.of(new Sheds.Change(PLACE, true, 1_000, 0)), sheds.changes(1_500));
    assertEquals(List.of(), sheds.changes(1_400 + QUIET - 1));
    assertEquals(List.of(new Sheds.Change(PLACE, false, 1_400, 2)), sheds.changes(1_400 + QUIET));
    assertEquals(List.of(), sheds.changes(100_000));
  }

  @Test
  void whatBeganAndEndedBetweenTwoLooksIsToldAsBoth() {
    sheds.dropped(PLACE, 1_000);
    assertEquals(
        List.of(new Sheds.Change(PLACE, true, 1_000, 0), new Sheds.Change(PLACE, false, 1_000, 1)),
        sheds.changes(60_000));
  }

  @Test
  void beginsAgainAfterItsEnd() {
    sheds.dropped(PLACE, 1_000);
    sheds.changes(60_000);
    sheds.dropped(PLACE, 61_000);
    assertEquals(List.of(new Sheds.Change(PLACE, true, 61_000, 0)), sheds.changes(61_000));
  }
}
