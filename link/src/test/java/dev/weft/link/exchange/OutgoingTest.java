package dev.weft.link.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutgoingTest {

  private static final long SECOND = 1_000_000_000;

  private static Reply reply(long sequence, int lane, int bytes) {
    return new Reply(sequence, lane, new byte[bytes]);
  }

  private static List<String> drain(Outgoing<Reply> outgoing) {
    var parts = new ArrayList<String>();
    while (outgoing.next(0) instanceof Outgoing.Next.Part(var reply, var offset, var content)) {
      parts.add(reply.sequence() + "@" + offset + "+" + content.size());
    }
    return parts;
  }

  @Test
  void aMoreUrgentOneWaitsForAPartOnly() {
    var outgoing = new Outgoing<Reply>(10, 0);
    outgoing.add(reply(1, 3, 25));
    outgoing.next(0);
    outgoing.add(reply(2, 0, 5));
    assertEquals(List.of("2@0+5", "1@10+10", "1@20+5"), drain(outgoing));
  }

  @Test
  void thoseOfALaneGoInTurns() {
    var outgoing = new Outgoing<Reply>(10, 0);
    outgoing.add(reply(1, 1, 25));
    outgoing.add(reply(2, 1, 5));
    outgoing.add(reply(3, 1, 15));
    assertEquals(
        List.of("1@0+10", "2@0+5", "3@0+10", "1@10+10", "3@10+5", "1@20+5"), drain(outgoing));
  }

  @Test
  void anEmptyOneIsAPartAllTheSame() {
    var outgoing = new Outgoing<Reply>(10, 0);
    outgoing.add(reply(1, 0, 0));
    assertEquals(List.of("1@0+0"), drain(outgoing));
    assertEquals(0, outgoing.waiting());
  }

  @Test
  void goesNoFasterThanTheCapAndTheMostUrgentFirstBelowIt() {
    var outgoing = new Outgoing<Reply>(1_000, 10_000);
    outgoing.add(reply(1, 3, 100_000));
    var now = 0L;
    var sent = 0L;
    var urgentAt = -1L;
    while (now < 5 * SECOND) {
      if (now >= 2 * SECOND && urgentAt < 0) {
        outgoing.add(reply(2, 0, 1_000));
        urgentAt = now;
      }
      switch (outgoing.next(now)) {
        case Outgoing.Next.Part(var reply, var _, var content) -> {
          sent += content.size();
          if (reply.sequence() == 2) {
            assertTrue(now - urgentAt <= SECOND / 5, "waited for " + (now - urgentAt));
          }
        }
        case Outgoing.Next.Wait(var nanos) -> now += nanos;
        case Outgoing.Next.Nothing() -> throw new AssertionError("there is something");
      }
    }
    // One second's worth at once, then as much a second.
    assertTrue(sent <= 60_000 && sent >= 50_000, "sent " + sent);
  }

  @Test
  void whatIsTakenOutIsNotSent() {
    var outgoing = new Outgoing<Reply>(10, 0);
    var large = reply(1, 0, 100);
    outgoing.add(large);
    outgoing.next(0);
    outgoing.remove(large);
    assertInstanceOf(Outgoing.Next.Nothing.class, outgoing.next(0));
  }
}
